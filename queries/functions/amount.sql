-- The amount that a rate makes of a base, in fen; the rule of internal/burden. Parameters: base; rate; plus, by and times, the
-- rounding, as in the table run_terms.
CREATE FUNCTION jianfu_amount AS (base, rate, plus, by, times) -> intDiv(base * rate + plus, by) * times
