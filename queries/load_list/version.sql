-- The last number that a load or a withdrawal has taken that is visible, without what sets withdrawals apart; 0 before the first. Grain: one
-- row. It names no unit.
SELECT max(number) AS number
FROM (
    SELECT max(load_id) AS number
    FROM loads
    UNION ALL
    SELECT max(bitAnd(withdrawal, 2147483647)) AS number
    FROM withdrawals
)
