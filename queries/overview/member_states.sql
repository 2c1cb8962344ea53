-- How many units of each member of some dimensions are in which state over a window, and in which band of the change of
-- their burden; what they were to get, what of it they got, and what they were charged too much and too little, unit by unit.
-- A unit counts in every member in which it has a burden, in the state and band that its burden there gives; the
-- dimension increased has those alone whose burden rose, by county and section. Of one insurance, where that is asked
-- for. Units are added up once for all dimensions; only those that have moved are added up by each.
-- Grain: one row a dimension, member, state and band. Order: by these.
-- Parameters: by, the dimensions; region_digits and industry_digits, how many characters of a code name a member; run,
-- from, to; scope; region, industry, size, economic_type, unit_kind, insurance, '' for any; employer and employee, 1 or
-- 0; old and new, scenario places.
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
    -- Where a unit stands, as far as it is asked for: the shorter the key, the quicker.
    parts AS (
        SELECT
            unit_id,
            if(hasAny({by:Array(String)}, ['region', 'increased']), toString(region_code), '') AS area,
            if(hasAny({by:Array(String)}, ['section', 'increased']), toString(industry_code), '') AS branch,
            if(has({by:Array(String)}, 'size'), toString(size), '') AS scale,
            if(has({by:Array(String)}, 'economic_type'), toString(economic_type), '') AS ownership,
            if(has({by:Array(String)}, 'unit_kind'), toString(unit_kind), '') AS sort,
            sum(jianfu_paid(employer[{old:UInt8}], employee[{old:UInt8}], {employer:Bool}, {employee:Bool})) AS old,
            sum(jianfu_paid(employer[{new:UInt8}], employee[{new:UInt8}], {employer:Bool}, {employee:Bool})) AS new,
            sum(jianfu_paid(employer_charged, employee_charged, {employer:Bool}, {employee:Bool})) AS charged,
            sum(headcount) AS months,
            max(headcount) AS most,
            min(headcount) AS least
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
        GROUP BY unit_id, area, branch, scale, ownership, sort
    ),
    -- A unit with all its places: the members that it counts in there, and its sums there.
    placed AS (
        SELECT groupArray((
            arrayFilter(name -> name.1 IN {by:Array(String)}, [
                ('total', ''),
                ('region', rightPad(substring(area, 1, {region_digits:UInt8}), 6, '0')),
                ('section', substring(branch, 1, {industry_digits:UInt8})),
                ('size', scale),
                ('economic_type', ownership),
                ('unit_kind', sort),
                ('increased', concat(area, substring(branch, 1, 1)))]),
            old, new, charged, months, most, least)) AS spots
        FROM parts
        GROUP BY unit_id
    ),
    -- A unit that has not moved has the same sums in all its members, which stay together.
    added AS (
        SELECT
            tupleElement(spot, 1) AS together,
            tupleElement(spot, 2) AS old,
            tupleElement(spot, 3) AS new,
            tupleElement(spot, 4) AS charged,
            tupleElement(spot, 5) AS months,
            tupleElement(spot, 6) AS most,
            tupleElement(spot, 7) AS least
        FROM placed
        ARRAY JOIN if(length(spots) = 1, spots, arrayMap(
            name -> (
                [name],
                arraySum(s -> s.2 * has(s.1, name), spots),
                arraySum(s -> s.3 * has(s.1, name), spots),
                arraySum(s -> s.4 * has(s.1, name), spots),
                arraySum(s -> s.5 * has(s.1, name), spots),
                arrayMax(s -> s.6 * has(s.1, name), spots),
                arrayMin(s -> if(has(s.1, name), s.7, 4294967295), spots)),
            arrayDistinct(arrayFlatten(spots.1)))) AS spot
    ),
    judged AS (
        SELECT
            together,
            jianfu_state(old, new, charged, 1) AS state,
            jianfu_band(old, charged, 1) AS band,
            greatest(0, old - new) AS entitled,
            greatest(0, least(old - charged, old - new)) AS delivered,
            greatest(0, charged - new) AS overcharged,
            greatest(0, new - charged) AS undercharged,
            months,
            most,
            least
        FROM added
    )
SELECT
    name.1 AS dimension,
    name.2 AS member,
    state,
    band,
    count() AS units,
    sum(months) AS headcount,
    sum(most) AS persons,
    sum(least) AS fewest,
    sum(j.entitled) AS entitled,
    sum(j.delivered) AS delivered,
    sum(j.overcharged) AS overcharged,
    sum(j.undercharged) AS undercharged,
    countIf(j.overcharged > 0) AS units_over,
    countIf(j.undercharged > 0) AS units_under
FROM judged AS j
ARRAY JOIN together AS name
WHERE dimension != 'increased' OR state = 'increased'
GROUP BY dimension, member, state, band
ORDER BY dimension, member, state, band
