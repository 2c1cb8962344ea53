-- How many units of each pair of members of two dimensions are in which state over a window, their person-months, and what
-- they were to get, got, and were charged too much and too little, unit by unit.
-- A unit counts in every pair in which it has a burden, in the state that its burden there gives (see
-- overview/member_states.sql). Grain: one row a pair. Order: by the first dimension's key, then the second's.
-- Parameters: rows and columns, the dimensions: province, city, county, section, division, industry, size or month; run,
-- from, to; scope; region, industry, size, economic_type, unit_kind, insurance, '' for any; employer and employee, 1 or
-- 0; old and new, scenario places.
WITH
    (by, place, trade, class, month) -> multiIf(
        by = 'province', concat(substring(place, 1, 2), '0000'),
        by = 'city', concat(substring(place, 1, 4), '00'),
        by = 'county', toString(place),
        by = 'section', substring(trade, 1, 1),
        by = 'division', substring(trade, 1, 3),
        by = 'industry', toString(trade),
        by = 'size', toString(class),
        toString(month)) AS member,
    lines AS (
        SELECT run_id, period, unit_id, region_code, industry_code, size, economic_type, unit_kind, covered, headcount, employer, employee, employer_charged, employee_charged
        FROM unit_months
        WHERE {insurance:String} = ''
        UNION ALL
        SELECT run_id, period, unit_id, region_code, industry_code, size, economic_type, unit_kind, covered, headcount, employer, employee, employer_charged, employee_charged
        FROM burdens
        WHERE toString(insurance) = {insurance:String}
    ),
    units AS (
        SELECT
            member({rows:String}, region_code, industry_code, size, period) AS row,
            member({columns:String}, region_code, industry_code, size, period) AS column,
            sum(jianfu_paid(employer[{old:UInt8}], employee[{old:UInt8}], {employer:Bool}, {employee:Bool})) AS old,
            sum(jianfu_paid(employer[{new:UInt8}], employee[{new:UInt8}], {employer:Bool}, {employee:Bool})) AS new,
            sum(jianfu_paid(employer_charged, employee_charged, {employer:Bool}, {employee:Bool})) AS charged,
            sum(headcount) AS persons,
            jianfu_state(old, new, charged, 1) AS state
        FROM lines
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND jianfu_in_scope(region_code, {scope:Array(String)})
            AND startsWith(region_code, {region:String})
            AND jianfu_in_industry(industry_code, {industry:String})
            AND jianfu_is(size, {size:String})
            AND jianfu_is(economic_type, {economic_type:String})
            AND jianfu_is(unit_kind, {unit_kind:String})
            AND bitTest(covered, {old:UInt8} - 1)
        GROUP BY unit_id, row, column
    )
SELECT
    row,
    column,
    count() AS units,
    sum(persons) AS headcount,
    countIf(state = 'full') AS full,
    countIf(state = 'partial') AS partial,
    countIf(state = 'none') AS none,
    countIf(state = 'increased') AS increased,
    countIf(state = 'no_due') AS no_due,
    sum(greatest(0, u.old - u.new)) AS entitled,
    sum(greatest(0, least(u.old - u.charged, u.old - u.new))) AS delivered,
    sum(greatest(0, u.charged - u.new)) AS overcharged,
    sum(greatest(0, u.new - u.charged)) AS undercharged,
    countIf(u.charged > u.new) AS units_over,
    countIf(u.charged < u.new) AS units_under
FROM units AS u
GROUP BY row, column
ORDER BY row, column
