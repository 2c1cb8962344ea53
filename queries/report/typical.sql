-- The units of a view that rules choose, in one pass over all of them: of those that a rule is about, the ones that come first by
-- its figure, the largest first, then by unit. A unit stands where it was in the last month. Grain: one row a rule and unit. Order:
-- by rule, then as chosen. Parameters: run, from, to; scope; employer and employee, 1 or 0; old and new, scenario places; sorts,
-- the figures of the rules, with most, how many units of each, and states, sections, sizes, economic_types and unit_kinds, '' for any.
WITH
    burdened AS (
        SELECT
            unit_id,
            argMax((region_code, industry_code, size, economic_type, unit_kind), period) AS place,
            sum(jianfu_paid(employer[{old:UInt8}], employee[{old:UInt8}], {employer:Bool}, {employee:Bool})) AS old,
            sum(jianfu_paid(employer[{new:UInt8}], employee[{new:UInt8}], {employer:Bool}, {employee:Bool})) AS new,
            sum(jianfu_paid(employer_charged, employee_charged, {employer:Bool}, {employee:Bool})) AS charged,
            sum(headcount) AS persons,
            jianfu_state(old, new, charged, 1) AS state
        FROM unit_months
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND jianfu_in_scope(region_code, {scope:Array(String)})
            AND bitTest(covered, {old:UInt8} - 1)
        GROUP BY unit_id
    ),
    ranked AS (
        SELECT
            rule,
            groupArraySorted(50)((
                -toInt64(100 * multiIf(
                    {sorts:Array(String)}[rule] = 'old', old,
                    {sorts:Array(String)}[rule] = 'new', new,
                    {sorts:Array(String)}[rule] = 'charged', charged,
                    {sorts:Array(String)}[rule] = 'due', old - new,
                    {sorts:Array(String)}[rule] = 'real', old - charged,
                    {sorts:Array(String)}[rule] = 'shortfall', charged - new,
                    toDecimal128(persons, 2))),
                toString(unit_id), toString(place.1), toString(place.2), toString(place.3), old, new, charged, persons)) AS first
        FROM burdened
        ARRAY JOIN arrayEnumerate({sorts:Array(String)}) AS rule
        WHERE jianfu_is(state, {states:Array(String)}[rule])
            AND startsWith(place.2, {sections:Array(String)}[rule])
            AND jianfu_is(place.3, {sizes:Array(String)}[rule])
            AND jianfu_is(place.4, {economic_types:Array(String)}[rule])
            AND jianfu_is(place.5, {unit_kinds:Array(String)}[rule])
        GROUP BY rule
    )
SELECT
    rule,
    unit.2 AS unit_id,
    unit.3 AS region_code,
    unit.4 AS industry_code,
    unit.5 AS size,
    unit.6 AS old,
    unit.7 AS new,
    unit.8 AS charged,
    unit.9 AS headcount
FROM ranked
ARRAY JOIN arraySlice(first, 1, {most:Array(UInt8)}[rule]) AS unit
ORDER BY rule, unit.1, unit_id
