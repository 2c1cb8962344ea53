-- In which band the change of a unit's burden is: unchanged within the tolerance of states, the others parted at 5 and
-- 10 % of the old burden. Parameters: old and charged, amounts; yuan, how many of their units a yuan is: 1, or 100 where
-- they are in fen.
CREATE FUNCTION jianfu_band AS (old, charged, yuan) -> multiIf(
    jianfu_beyond(charged - old, old, yuan), if((charged - old) * 20 > old, 'rose_over_5', 'rose_to_5'),
    NOT jianfu_beyond(old - charged, old, yuan), 'unchanged',
    (old - charged) * 20 <= old, 'fell_to_5',
    (old - charged) * 10 <= old, 'fell_to_10',
    'fell_over_10')
