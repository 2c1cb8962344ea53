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
    {{.units_placed}},
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
        FROM units_placed
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
