-- Burdens of all months that a run has, before the cut too. Grain: one row a month. Order: by month.
-- Parameters: run; scope; region, industry, size, economic_type, unit_kind, insurance, '' for any; employer and
-- employee, 1 or 0; old and new, scenario places.
WITH
    (yuan, kept) -> if(kept, yuan, toDecimal64('0', 2)) AS share,
    lines AS (
        SELECT run_id, period, unit_id, region_code, industry_code, size, economic_type, unit_kind, covered, headcount, employer, employee, employer_charged, employee_charged
        FROM unit_months
        WHERE {insurance:String} = ''
        UNION ALL
        SELECT run_id, period, unit_id, region_code, industry_code, size, economic_type, unit_kind, covered, headcount, employer, employee, employer_charged, employee_charged
        FROM burdens
        WHERE toString(insurance) = {insurance:String}
    )
SELECT
    period,
    sum(share(employer[{old:UInt8}], {employer:Bool}) + share(employee[{old:UInt8}], {employee:Bool})) AS old,
    sum(share(employer[{new:UInt8}], {employer:Bool}) + share(employee[{new:UInt8}], {employee:Bool})) AS new,
    sum(share(employer_charged, {employer:Bool}) + share(employee_charged, {employee:Bool})) AS charged,
    uniqExact(unit_id) AS units,
    sum(headcount) AS headcount
FROM lines
WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
    AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
    AND startsWith(region_code, {region:String})
    AND (startsWith(industry_code, {industry:String}) OR {industry:String} = '-' AND industry_code = '')
    AND ({size:String} = '' OR toString(size) = {size:String})
    AND ({economic_type:String} = '' OR toString(economic_type) = {economic_type:String})
    AND ({unit_kind:String} = '' OR toString(unit_kind) = {unit_kind:String})
    AND bitTest(covered, {old:UInt8} - 1)
GROUP BY period
ORDER BY period
