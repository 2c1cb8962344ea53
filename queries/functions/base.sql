-- The base that a policy makes of a wage, in fen; the rule of internal/burden. Parameters: wage; heads, whose it is; floor and cap;
-- step and up, to how many fen it is rounded, and whether up, else half up.
CREATE FUNCTION jianfu_base AS (wage, heads, floor, cap, step, up) -> intDiv(
    least(greatest(wage, floor * heads), cap * heads) + if(up = 1, step - 1, intDiv(step, 2)),
    step) * step
