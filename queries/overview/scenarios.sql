-- What would be owed under every scenario of a run over a window; neighbours differ by the effect of one measure.
-- Grain: one row. Parameters: run, from, to; scope; region, industry, size, economic_type, unit_kind, insurance, '' for
-- any; employer and employee, 1 or 0; old, a scenario's place.
SELECT
    arrayMap(
        (a, b) -> toInt64((if({employer:Bool}, a, toDecimal128('0', 2)) + if({employee:Bool}, b, toDecimal128('0', 2))) * 100),
        sumForEach(employer) AS by_employer,
        sumForEach(employee)) AS owed_fen
FROM cells
WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
    AND period BETWEEN {from:UInt32} AND {to:UInt32}
    AND {{.within}}
    AND jianfu_is(insurance, {insurance:String})
    AND bitTest(covered, {old:UInt8} - 1)
