-- The last visible load; 0 before the first. Grain: one row. It names no unit.
SELECT max(load_id) AS number
FROM loads
