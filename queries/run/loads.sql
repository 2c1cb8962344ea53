-- The loads that were visible when runs began. Grain: one row a run. Order: by run. Parameters: runs.
SELECT run_id, loads
FROM runs
WHERE run_id IN {runs:Array(UInt32)}
ORDER BY run_id
