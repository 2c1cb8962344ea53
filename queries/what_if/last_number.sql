-- The largest number that a scenario has taken; 0 before the first. Grain: one row.
SELECT max(run_id) AS number
FROM scenario_numbers
