-- The units of one county, industry and size over a window: their sums, what a person costs one of them a month, the
-- median of that over all, and how many pay less a person. Grain: one row. Parameters: run, from, to; scope; unit, the one;
-- region, industry and size; employer and employee, 1 or 0; old and new, scenario places.
WITH
    (yuan, kept) -> if(kept, yuan, toDecimal64('0', 2)) AS share,
    peers AS (
        SELECT
            unit_id,
            sum(share(employer[{old:UInt8}], {employer:Bool}) + share(employee[{old:UInt8}], {employee:Bool})) AS old,
            sum(share(employer[{new:UInt8}], {employer:Bool}) + share(employee[{new:UInt8}], {employee:Bool})) AS new,
            sum(share(employer_charged, {employer:Bool}) + share(employee_charged, {employee:Bool})) AS charged,
            sum(headcount) AS persons,
            if(persons = 0, NULL, intDiv(2 * toInt64(charged * 100) + persons, 2 * toInt64(persons))) AS per_person
        FROM unit_months
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
            AND startsWith(region_code, {region:String})
            AND (startsWith(industry_code, {industry:String}) OR {industry:String} = '-' AND industry_code = '')
            AND ({size:String} = '' OR toString(size) = {size:String})
            AND bitTest(covered, {old:UInt8} - 1)
        GROUP BY unit_id
    )
SELECT
    count() AS units,
    sum(persons) AS headcount,
    sum(p.old) AS old,
    sum(p.new) AS new,
    sum(p.charged) AS charged,
    ifNull(toInt64(quantileExactLow(per_person)), 0) AS median_fen,
    ifNull(anyIf(per_person, unit_id = toFixedString({unit:String}, 18)), 0) AS own_fen,
    arrayCount(other -> other < own_fen, groupArray(per_person)) AS lower
FROM peers AS p
