-- How many units of each member of some dimensions are in which state over a window, and in which band of the change of
-- their burden (design: the tolerance is 1 yuan + 0.1 % of the old burden; bands are parted at 5 and 10 % of the old
-- burden). A unit counts in every member in which it has a burden, in the state and band that its burden there gives; the
-- dimension increased has those alone whose burden rose, by county and section. Of one insurance, where that is asked
-- for. Units are added up once for all dimensions; only those that have moved are added up by each.
-- Grain: one row a dimension, member, state and band. Order: by these.
-- Parameters: by, the dimensions; region_digits and industry_digits, how many characters of a code name a member; run,
-- from, to; scope; region, industry, size, economic_type, unit_kind, insurance, '' for any; employer and employee, 1 or
-- 0; old and new, scenario places.
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
    ),
    parts AS (
        SELECT
            unit_id,
            region_code,
            industry_code,
            size,
            economic_type,
            unit_kind,
            sum(share(employer[{old:UInt8}], {employer:Bool}) + share(employee[{old:UInt8}], {employee:Bool})) AS old,
            sum(share(employer[{new:UInt8}], {employer:Bool}) + share(employee[{new:UInt8}], {employee:Bool})) AS new,
            sum(share(employer_charged, {employer:Bool}) + share(employee_charged, {employee:Bool})) AS charged,
            sum(headcount) AS months,
            max(headcount) AS most,
            min(headcount) AS least
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
        GROUP BY unit_id, region_code, industry_code, size, economic_type, unit_kind
    ),
    units AS (
        SELECT groupArray((region_code, industry_code, size, economic_type, unit_kind, old, new, charged, months, most, least)) AS held
        FROM parts
        GROUP BY unit_id
    ),
    placed AS (
        SELECT
            held,
            arrayJoin(range(if(length(held) = 1, 1, 7 * length(held)))) AS at,
            if(length(held) = 1, 0, at % 7 + 1) AS dimension,
            held[if(length(held) = 1, 1, intDiv(at, 7) + 1)] AS place
        FROM units
    ),
    burdened AS (
        SELECT
            dimension,
            place,
            if(dimension = 0, held, arrayFilter(part -> multiIf(
                dimension = 1, 1,
                dimension = 2, substring(part.1, 1, {region_digits:UInt8}) = substring(place.1, 1, {region_digits:UInt8}),
                dimension = 3, substring(part.2, 1, {industry_digits:UInt8}) = substring(place.2, 1, {industry_digits:UInt8}),
                dimension = 4, part.3 = place.3,
                dimension = 5, part.4 = place.4,
                dimension = 6, part.5 = place.5,
                part.1 = place.1 AND substring(part.2, 1, 1) = substring(place.2, 1, 1)), held)) AS here
        FROM placed
    ),
    added AS (
        SELECT
            dimension,
            place,
            arraySum(here.6) AS old,
            arraySum(here.7) AS new,
            arraySum(here.8) AS charged,
            arraySum(here.9) AS months,
            arrayMax(here.10) AS most,
            arrayMin(here.11) AS least
        FROM burdened
        WHERE here[1] = place
    ),
    judged AS (
        SELECT
            dimension,
            place,
            multiIf(
                (charged - old) * 1000 > old + 1000, 4,
                (old - new) * 1000 > old + 1000 AND (old - charged) * 1000 <= old + 1000, 3,
                (old - charged) * 1000 > old + 1000 AND (charged - new) * 1000 > old + 1000, 2,
                (old - new) * 1000 > old + 1000, 1,
                5) AS state,
            multiIf(
                abs(old - charged) * 1000 <= old + 1000, 4,
                charged > old, if((charged - old) * 20 > old, 6, 5),
                (old - charged) * 20 <= old, 3,
                (old - charged) * 10 <= old, 2,
                1) AS band,
            months, most, least
        FROM added
    ),
    counted AS (
        SELECT
            dimension,
            substring(place.1, 1, {region_digits:UInt8}) AS region,
            substring(place.2, 1, {industry_digits:UInt8}) AS section,
            place.3 AS size,
            place.4 AS economic_type,
            place.5 AS unit_kind,
            if(state = 4, concat(place.1, substring(place.2, 1, 1)), '') AS spot,
            state,
            band,
            count() AS units,
            sum(months) AS headcount,
            sum(most) AS persons,
            sum(least) AS fewest
        FROM judged
        GROUP BY dimension, region, section, size, economic_type, unit_kind, spot, state, band
    )
SELECT
    name.1 AS dimension,
    name.2 AS member,
    ['full', 'partial', 'none', 'increased', 'no_due'][c.state] AS state,
    ['fell_over_10', 'fell_to_10', 'fell_to_5', 'unchanged', 'rose_to_5', 'rose_over_5'][c.band] AS band,
    sum(c.units) AS units,
    sum(c.headcount) AS headcount,
    sum(c.persons) AS persons,
    sum(c.fewest) AS fewest
FROM counted AS c
ARRAY JOIN
    [('total', ''), ('region', rightPad(region, 6, '0')), ('section', section), ('size', toString(size)), ('economic_type', toString(economic_type)),
        ('unit_kind', toString(unit_kind)), ('increased', spot)] AS name,
    [1, 2, 3, 4, 5, 6, 7] AS number
WHERE c.dimension IN (0, number)
    AND name.1 IN {by:Array(String)}
    AND (name.1 != 'increased' OR c.state = 4)
GROUP BY dimension, member, state, band
ORDER BY dimension, member, state, band
