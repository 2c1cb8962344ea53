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
    AND jianfu_in_scope(region_code, {scope:Array(String)})
    AND startsWith(region_code, {region:String})
    AND jianfu_in_industry(industry_code, {industry:String})
    AND jianfu_is(size, {size:String})
    AND jianfu_is(economic_type, {economic_type:String})
    AND jianfu_is(unit_kind, {unit_kind:String})
    AND jianfu_is(insurance, {insurance:String})
    AND bitTest(covered, {old:UInt8} - 1)
