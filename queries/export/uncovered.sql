-- Records that no rate row covers under the old scenario. Grain: one row a unit, month and insurance. Order: by the
-- three. Parameters: run, from, to; scope; old, a scenario's place.
SELECT
    unit_id,
    period,
    toString(insurance) AS insurance,
    toString(region_code) AS region_code,
    records,
    wage,
    employer_charged,
    employee_charged
FROM uncovered
WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
    AND period BETWEEN {from:UInt32} AND {to:UInt32}
    AND jianfu_in_scope(region_code, {scope:Array(String)})
    AND NOT bitTest(covered, {old:UInt8} - 1)
ORDER BY unit_id, period, insurance
