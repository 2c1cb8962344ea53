-- How many units of each member of a dimension are in which state over a window (design: the tolerance is 1 yuan + 0.1 %
-- of the old burden), and their person-months. A unit counts where it stood in the last month of the window that it
-- has. Grain: one row a member. Order: by key.
-- Parameters: by, the dimension; run, from, to; scope; employer and employee, 1 or 0; old and new, scenario places.
WITH
    (yuan, kept) -> if(kept, yuan, toDecimal64('0', 2)) AS share,
    units AS (
        SELECT
            argMax((region_code, industry_code, size, economic_type, unit_kind), period) AS place,
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
        FROM unit_months
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
            AND bitTest(covered, {old:UInt8} - 1)
        GROUP BY unit_id
    )
SELECT
    multiIf(
        {by:String} = 'total', '',
        {by:String} = 'province', concat(substring(place.1, 1, 2), '0000'),
        {by:String} = 'city', concat(substring(place.1, 1, 4), '00'),
        {by:String} = 'county', toString(place.1),
        {by:String} = 'section', substring(place.2, 1, 1),
        {by:String} = 'industry', toString(place.2),
        {by:String} = 'size', toString(place.3),
        {by:String} = 'economic_type', toString(place.4),
        toString(place.5)) AS key,
    count() AS units,
    sum(persons) AS headcount,
    countIf(state = 'full') AS full,
    countIf(state = 'partial') AS partial,
    countIf(state = 'none') AS none,
    countIf(state = 'increased') AS increased,
    countIf(state = 'no_due') AS no_due
FROM units
GROUP BY key
ORDER BY key
