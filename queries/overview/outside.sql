-- How much of a run lies outside of a scope, in cells: none for a reader who sees all of it. Grain: one row.
-- Parameters: run; scope.
SELECT count() AS cells
FROM cells
WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
    AND NOT jianfu_in_scope(region_code, {scope:Array(String)})
