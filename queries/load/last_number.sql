-- The largest number that a load has taken. Grain: one row.
SELECT max(load_id) AS number
FROM load_numbers
