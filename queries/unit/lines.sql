-- What a run computed for one unit, in all months that it shows. Grain: one row a month and insurance, whatever the
-- comparison covers. Order: by the two. Parameters: run; unit; scope.
SELECT
    period,
    toInt8(insurance) AS insurance,
    covered,
    records,
    headcount,
    estimates,
    wage,
    arrayMap(a -> toInt64(a * 100), employer) AS employer_fen,
    arrayMap(a -> toInt64(a * 100), employee) AS employee_fen,
    employer_charged,
    employee_charged,
    arrayMap(r -> toInt64(toUInt8(r.payer)), reasons) AS reason_payers,
    arrayMap(r -> toInt64(r.scenario), reasons) AS reason_scenarios,
    arrayMap(r -> toInt64(toUInt8(r.reason)), reasons) AS reason_ids,
    arrayMap(r -> toInt64(r.amount * 100), reasons) AS reason_fen
FROM burdens
WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
    AND unit_id = toFixedString({unit:String}, 18)
    AND jianfu_in_scope(region_code, {scope:Array(String)})
ORDER BY period, insurance
