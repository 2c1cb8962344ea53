-- The comparisons under which issues about units' shortfalls were found, each with the first month of one. Grain: one row a
-- comparison. Order: by comparison. Parameters: none.
SELECT
    comparison,
    min(period_from) AS since
FROM issues
WHERE found > 0
    AND unit_id != ''
    AND period_from > 0
GROUP BY comparison
ORDER BY comparison
