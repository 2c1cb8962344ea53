-- The largest number that a run has taken. Grain: one row.
SELECT max(run_id) AS number
FROM run_numbers
