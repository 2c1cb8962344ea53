-- The months of a run in which anybody has a normal record; others have back payments and refunds alone, or none that a rate
-- applies to. Grain: one row a month. Order: by month. Parameters: run.
SELECT period
FROM cells
WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
GROUP BY period
HAVING sum(headcount) > 0
ORDER BY period
