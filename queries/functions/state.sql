-- In which state a unit's burden is (design §5). Parameters: old, new and charged, amounts; yuan, how many of their units a
-- yuan is: 1, or 100 where they are in fen.
CREATE FUNCTION jianfu_state AS (old, new, charged, yuan) -> multiIf(
    jianfu_beyond(charged - old, old, yuan), 'increased',
    jianfu_beyond(old - new, old, yuan) AND NOT jianfu_beyond(old - charged, old, yuan), 'none',
    jianfu_beyond(old - charged, old, yuan) AND jianfu_beyond(charged - new, old, yuan), 'partial',
    jianfu_beyond(old - new, old, yuan), 'full',
    'no_due')
