-- The plain sum of wages by unit, month and insurance that a recompute is measured against; its rows are thrown away.
SELECT
    unit_id,
    period,
    insurance,
    sum(wage)
FROM contributions
GROUP BY
    unit_id,
    period,
    insurance
FORMAT Null
