-- Burdens of all months that a run has, before the cut too, and, unit by unit in the month, what they were to get, what of
-- it they got, and what they were charged too much and too little. Grain: one row a month. Order: by month.
-- Parameters: run; scope; region, industry, size, economic_type, unit_kind, insurance, '' for any; employer and
-- employee, 1 or 0; old and new, scenario places.
WITH
    lines AS (
        SELECT run_id, period, unit_id, region_code, industry_code, size, economic_type, unit_kind, covered, headcount, employer, employee, employer_charged, employee_charged
        FROM unit_months
        WHERE {insurance:String} = ''
        UNION ALL
        SELECT run_id, period, unit_id, region_code, industry_code, size, economic_type, unit_kind, covered, headcount, employer, employee, employer_charged, employee_charged
        FROM burdens
        WHERE toString(insurance) = {insurance:String}
    ),
    unit_periods AS (
        SELECT
            period,
            sum(jianfu_paid(employer[{old:UInt8}], employee[{old:UInt8}], {employer:Bool}, {employee:Bool})) AS old,
            sum(jianfu_paid(employer[{new:UInt8}], employee[{new:UInt8}], {employer:Bool}, {employee:Bool})) AS new,
            sum(jianfu_paid(employer_charged, employee_charged, {employer:Bool}, {employee:Bool})) AS charged,
            sum(headcount) AS persons
        FROM lines
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND jianfu_in_scope(region_code, {scope:Array(String)})
            AND startsWith(region_code, {region:String})
            AND jianfu_in_industry(industry_code, {industry:String})
            AND jianfu_is(size, {size:String})
            AND jianfu_is(economic_type, {economic_type:String})
            AND jianfu_is(unit_kind, {unit_kind:String})
            AND bitTest(covered, {old:UInt8} - 1)
        GROUP BY unit_id, period
    )
SELECT
    period,
    sum(u.old) AS old,
    sum(u.new) AS new,
    sum(u.charged) AS charged,
    count() AS units,
    sum(persons) AS headcount,
    sum(greatest(0, u.old - u.new)) AS entitled,
    sum(greatest(0, least(u.old - u.charged, u.old - u.new))) AS delivered,
    sum(greatest(0, u.charged - u.new)) AS overcharged,
    sum(greatest(0, u.new - u.charged)) AS undercharged,
    countIf(u.charged > u.new) AS units_over,
    countIf(u.charged < u.new) AS units_under
FROM unit_periods AS u
GROUP BY period
ORDER BY period
