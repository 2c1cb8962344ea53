-- Burdens by one or two dimensions over a window. A unit counts in every member in which it has a burden, in the state
-- that its burden there gives; headcount is person-months, of a unit and month that of the largest insurance; delivered,
-- overcharged and undercharged are added up from the units' burdens there (design §5), so that what one was charged too
-- much does not pay for what another was charged too little; steps_fen is what is owed under each step of the comparison, so that neighbours
-- differ by the effect of one measure. Grain: one row a pair of members, one in all where by is empty. Order: by the keys. Parameters: by; run, from, to; scope; employer and employee, 1 or 0; old
-- and new, scenario places; steps, those of the comparison.
WITH
    {{.burdens_within}},
    states AS (
        SELECT unit_id, jianfu_state(sum(old), sum(new), sum(charged), 1) AS state
        FROM burdens_within
        WHERE has({by:Array(String)}, 'state')
        GROUP BY unit_id
    ),
    unit_periods AS (
        SELECT
            unit_id,
            arrayMap(
                dimension -> multiIf(
                    dimension = 'region', concat(substring(region_code, 1, 2), '0000'),
                    dimension = 'city', concat(substring(region_code, 1, 4), '00'),
                    dimension = 'county', toString(region_code),
                    dimension = 'industry', substring(industry_code, 1, 1),
                    dimension = 'size', toString(size),
                    dimension = 'economic_type', toString(economic_type),
                    dimension = 'unit_kind', toString(unit_kind),
                    dimension = 'insurance', toString(insurance),
                    dimension = 'period', concat(substring(toString(l.period), 1, 4), '-', substring(toString(l.period), 5, 2)),
                    dimension = 'state', s.state,
                    ''),
                {by:Array(String)}) AS keys,
            max(headcount) AS persons,
            sum(old) AS unit_old,
            sum(new) AS unit_new,
            sum(charged) AS unit_charged,
            sumForEach(arrayMap(step -> jianfu_paid(employer[step], employee[step], {employer:Bool}, {employee:Bool}), {steps:Array(UInt8)})) AS unit_steps
        FROM burdens_within AS l
        LEFT JOIN states AS s ON s.unit_id = l.unit_id
        GROUP BY unit_id, keys, l.period
    ),
    units AS (
        SELECT
            keys,
            sum(persons) AS persons,
            sum(unit_old) AS old,
            sum(unit_new) AS new,
            sum(unit_charged) AS charged,
            sumForEach(unit_steps) AS steps,
            jianfu_state(old, new, charged, 1) AS state
        FROM unit_periods
        GROUP BY keys, unit_id
    )
SELECT
    keys,
    count() AS units,
    sum(persons) AS headcount,
    sum(u.old) AS old,
    sum(u.new) AS new,
    sum(u.charged) AS charged,
    countIf(state IN ('full', 'partial')) AS units_reduced,
    countIf(state = 'none') AS units_none,
    countIf(state = 'increased') AS units_increased,
    sum(greatest(0, least(u.old - u.charged, u.old - u.new))) AS delivered,
    sum(greatest(0, u.charged - u.new)) AS overcharged,
    sum(greatest(0, u.new - u.charged)) AS undercharged,
    arrayMap(a -> toInt64(a * 100), sumForEach(steps)) AS steps_fen
FROM units AS u
GROUP BY keys
ORDER BY keys
