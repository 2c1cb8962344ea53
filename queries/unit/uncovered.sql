-- The records of one unit that some old scenario has no rate row for, in all months that a run shows. Grain: one row a
-- month and insurance. Order: by the two. Parameters: run; unit; scope.
SELECT
    period,
    toInt8(insurance) AS insurance,
    covered,
    records,
    wage,
    employer_charged,
    employee_charged
FROM uncovered
WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
    AND unit_id = toFixedString({unit:String}, 18)
    AND jianfu_in_scope(region_code, {scope:Array(String)})
ORDER BY period, insurance
