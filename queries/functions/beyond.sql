-- Whether a part of a burden is more than the tolerance of states: 1 yuan and 0.1 % of the old burden (design §5).
-- Parameters: part and old, amounts; yuan, how many of their units a yuan is: 1, or 100 where they are in fen.
CREATE FUNCTION jianfu_beyond AS (part, old, yuan) -> part * 1000 > old + 1000 * yuan
