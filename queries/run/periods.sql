-- The months that a run shows and the runs that computed them. Grain: one row a month. Order: by month. Parameters: run.
SELECT period, computed_by
FROM run_periods
WHERE run_id = {run:UInt32}
ORDER BY period
