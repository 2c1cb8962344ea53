-- How many units of each pair of members of two dimensions are in which state over a window, and their person-months.
-- A unit counts in every pair in which it has a burden, in the state that its burden there gives (see
-- overview/member_states.sql). Grain: one row a pair. Order: by the first dimension's key, then the second's.
-- Parameters: rows and columns, the dimensions: province, city, county, section, division, industry, size or month; run,
-- from, to; scope; region, industry, size, economic_type, unit_kind, insurance, '' for any; employer and employee, 1 or
-- 0; old and new, scenario places.
WITH
    (yuan, kept) -> if(kept, yuan, toDecimal64('0', 2)) AS share,
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
            sum(share(employer[{old:UInt8}], {employer:Bool}) + share(employee[{old:UInt8}], {employee:Bool})) AS old,
            sum(share(employer[{new:UInt8}], {employer:Bool}) + share(employee[{new:UInt8}], {employee:Bool})) AS new,
            sum(share(employer_charged, {employer:Bool}) + share(employee_charged, {employee:Bool})) AS charged,
            sum(headcount) AS persons,
            old + 1000 AS tolerance,
            multiIf(
                (charged - old) * 1000 > tolerance, 'increased',
                (old - new) * 1000 > tolerance AND (old - charged) * 1000 <= tolerance, 'none',
                (old - charged) * 1000 > tolerance AND (charged - new) * 1000 > tolerance, 'partial',
                (old - new) * 1000 > tolerance, 'full',
                'no_due') AS state
        FROM lines
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
            AND startsWith(region_code, {region:String})
            AND (startsWith(industry_code, {industry:String}) OR {industry:String} = '-' AND industry_code = '')
            AND ({size:String} = '' OR toString(size) = {size:String})
            AND ({economic_type:String} = '' OR toString(economic_type) = {economic_type:String})
            AND ({unit_kind:String} = '' OR toString(unit_kind) = {unit_kind:String})
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
    countIf(state = 'no_due') AS no_due
FROM units
GROUP BY row, column
ORDER BY row, column
