-- What a run computed for some units, in full. Grain: one row a unit, month and insurance. Order: by the three.
-- Parameters: run; units.
SELECT
    toString(unit_id) AS unit_id,
    period,
    toInt8(insurance) AS insurance,
    covered,
    headcount,
    wage,
    arrayMap(a -> toInt64(a * 100), employer) AS employer_fen,
    arrayMap(a -> toInt64(a * 100), employee) AS employee_fen,
    employer_charged,
    employee_charged,
    arrayMap(r -> toInt64(toUInt8(r.payer)), reasons) AS reason_payers,
    arrayMap(r -> toInt64(r.scenario), reasons) AS reason_scenarios,
    arrayMap(r -> toInt64(r.reason), reasons) AS reason_ids,
    arrayMap(r -> toInt64(r.amount * 100), reasons) AS reason_fen
FROM burdens
WHERE run_id = {run:UInt32}
    AND unit_id IN (SELECT toFixedString(arrayJoin({units:Array(String)}), 18))
ORDER BY unit_id, period, insurance
