-- The units of one county, industry and size over a window: their sums, what a person costs one of them a month, the
-- median of that over all, which of an even number is the mean of the two in the middle, rounded once, and how many pay less a person. Grain: one row. Parameters: run, from, to; scope; unit, the one;
-- region, industry and size; employer and employee, 1 or 0; old and new, scenario places.
WITH
    peers AS (
        SELECT
            unit_id,
            sum(jianfu_paid(employer[{old:UInt8}], employee[{old:UInt8}], {employer:Bool}, {employee:Bool})) AS old,
            sum(jianfu_paid(employer[{new:UInt8}], employee[{new:UInt8}], {employer:Bool}, {employee:Bool})) AS new,
            sum(jianfu_paid(employer_charged, employee_charged, {employer:Bool}, {employee:Bool})) AS charged,
            sum(headcount) AS persons,
            if(persons = 0, NULL, intDiv(2 * toInt64(charged * 100) + persons, 2 * toInt64(persons))) AS per_person,
            if(persons = 0, NULL, toInt64(intDiv(toInt128(charged * 100) * 1000000, toInt128(persons)))) AS finely
        FROM unit_months
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND jianfu_in_scope(region_code, {scope:Array(String)})
            AND startsWith(region_code, {region:String})
            AND jianfu_in_industry(industry_code, {industry:String})
            AND jianfu_is(size, {size:String})
            AND bitTest(covered, {old:UInt8} - 1)
        GROUP BY unit_id
    )
SELECT
    count() AS units,
    sum(persons) AS headcount,
    sum(u.old) AS old,
    sum(u.new) AS new,
    sum(u.charged) AS charged,
    toInt64(intDiv((ifNull(toInt128(quantileExactLow(finely)) + quantileExactHigh(finely), 0) AS middle) + sign(middle) * 1000000, 2000000)) AS median_fen,
    count(per_person) AS compared,
    ifNull(anyIf(per_person, unit_id = toFixedString({unit:String}, 18)), 0) AS own_fen,
    arrayCount(other -> other < own_fen, groupArray(per_person)) AS lower,
    {{.deliveries}}
FROM peers AS u
