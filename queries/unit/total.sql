-- What a run stored of one unit over a window, all insurances together: the figures that lists show. Grain: one row.
-- Parameters: run, from, to; unit; scope; employer and employee, 1 or 0; old and new, scenario places.
SELECT
    sum(jianfu_paid(employer[{old:UInt8}], employee[{old:UInt8}], {employer:Bool}, {employee:Bool})) AS old,
    sum(jianfu_paid(employer[{new:UInt8}], employee[{new:UInt8}], {employer:Bool}, {employee:Bool})) AS new,
    sum(jianfu_paid(employer_charged, employee_charged, {employer:Bool}, {employee:Bool})) AS charged
FROM unit_months
WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
    AND period BETWEEN {from:UInt32} AND {to:UInt32}
    AND unit_id = toFixedString({unit:String}, 18)
    AND jianfu_in_scope(region_code, {scope:Array(String)})
    AND bitTest(covered, {old:UInt8} - 1)
