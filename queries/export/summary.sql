-- Burdens by one or two dimensions over a window. A unit counts in every member in which it has a burden, in the state
-- that its burden there gives; headcount is person-months, of a unit and month that of the largest insurance. Grain: one
-- row a pair of members. Order: by the keys. Parameters: by; run, from, to; scope; employer and employee, 1 or 0; old and
-- new, scenario places.
WITH
    (yuan, kept) -> if(kept, yuan, toDecimal64('0', 2)) AS share,
    (old, new, charged) -> multiIf(
        (charged - old) * 1000 > old + 1000, 'increased',
        (old - new) * 1000 > old + 1000 AND (old - charged) * 1000 <= old + 1000, 'none',
        (old - charged) * 1000 > old + 1000 AND (charged - new) * 1000 > old + 1000, 'partial',
        (old - new) * 1000 > old + 1000, 'full',
        'no_due') AS state_of,
    lines AS (
        SELECT
            unit_id,
            period,
            insurance,
            region_code,
            industry_code,
            size,
            economic_type,
            unit_kind,
            headcount,
            share(employer[{old:UInt8}], {employer:Bool}) + share(employee[{old:UInt8}], {employee:Bool}) AS old,
            share(employer[{new:UInt8}], {employer:Bool}) + share(employee[{new:UInt8}], {employee:Bool}) AS new,
            share(employer_charged, {employer:Bool}) + share(employee_charged, {employee:Bool}) AS charged
        FROM burdens
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
            AND bitTest(covered, {old:UInt8} - 1)
    ),
    states AS (
        SELECT unit_id, state_of(sum(old), sum(new), sum(charged)) AS state
        FROM lines
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
            sum(charged) AS unit_charged
        FROM lines AS l
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
            state_of(old, new, charged) AS state
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
    countIf(state = 'increased') AS units_increased
FROM units AS u
GROUP BY keys
ORDER BY keys
