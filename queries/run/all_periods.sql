-- The months that some runs show and the runs that computed them. Grain: one row a run and month. Order: by the two.
-- Parameters: runs.
SELECT run_id, period, computed_by
FROM run_periods
WHERE run_id IN {runs:Array(UInt32)}
ORDER BY run_id, period
