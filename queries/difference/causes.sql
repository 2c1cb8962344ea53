-- Why units moved between two runs. A unit's month moved for one cause, or for several at once, joined by "+": the month is
-- one run's only (month_added, month_removed), its records differ (records), its registration does (registration), what the policy packs say
-- of it does (policy); "program" where none of these. So the rows add up to the whole movement. Grain: one row a cause, and
-- unit if asked for. Order: the largest movement first, then by cause and unit. Parameters: run, against,
-- from, to; scope; region, industry, size,
-- economic_type, unit_kind, insurance, '' for any; employer and employee, 1 or 0; old and new, scenario places of run,
-- old_before and new_before of against;
-- packs_differ and by_unit, 1 or 0; units, ids, or empty for all; cause, '' for any; skip and most, the page.
WITH
    (yuan, kept) -> if(kept, yuan, toDecimal64('0', 2)) AS share,
    shown AS (
        SELECT period, maxIf(computed_by, run_id = {against:UInt32}) AS before, maxIf(computed_by, run_id = {run:UInt32}) AS after
        FROM run_periods
        WHERE run_id IN ({against:UInt32}, {run:UInt32})
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
        GROUP BY period
    ),
    moved AS (SELECT period, before, after FROM shown WHERE before != after),
    lines AS (
        SELECT run_id, period, unit_id, region_code, industry_code, size, economic_type, unit_kind, covered, headcount, employer, employee, employer_charged, employee_charged
        FROM unit_months
        WHERE {insurance:String} = ''
        UNION ALL
        SELECT run_id, period, unit_id, region_code, industry_code, size, economic_type, unit_kind, covered, headcount, employer, employee, employer_charged, employee_charged
        FROM burdens
        WHERE toString(insurance) = {insurance:String}
    ),
    priced AS (
        SELECT
            unit_id,
            period,
            (run_id, period) IN (SELECT after, period FROM shown) AS is_after,
            (run_id, period) IN (SELECT before, period FROM shown) AS is_before,
            if(is_after, {old:UInt8}, {old_before:UInt8}) AS old_place,
            if(is_after, {new:UInt8}, {new_before:UInt8}) AS new_place,
            (region_code, industry_code, size, economic_type, unit_kind) AS place,
            share(employer[old_place], {employer:Bool}) + share(employee[old_place], {employee:Bool}) AS old,
            share(employer[new_place], {employer:Bool}) + share(employee[new_place], {employee:Bool}) AS new,
            share(employer_charged, {employer:Bool}) + share(employee_charged, {employee:Bool}) AS charged,
            headcount
        FROM lines
        WHERE (run_id, period) IN (SELECT arrayJoin([before, after]), period FROM moved)
            AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
            AND startsWith(region_code, {region:String})
            AND (startsWith(industry_code, {industry:String}) OR {industry:String} = '-' AND industry_code = '')
            AND ({size:String} = '' OR toString(size) = {size:String})
            AND ({economic_type:String} = '' OR toString(economic_type) = {economic_type:String})
            AND ({unit_kind:String} = '' OR toString(unit_kind) = {unit_kind:String})
            AND bitTest(covered, if(is_after, {old:UInt8}, {old_before:UInt8}) - 1)
    ),
    moves AS (
        SELECT
            unit_id,
            period,
            sumIf(p.old, is_after) - sumIf(p.old, is_before) AS old,
            sumIf(p.new, is_after) - sumIf(p.new, is_before) AS new,
            sumIf(p.charged, is_after) - sumIf(p.charged, is_before) AS charged,
            uniqExact(place) AS places
        FROM priced AS p
        GROUP BY unit_id, period
        HAVING sumIf(p.old, is_after) != sumIf(p.old, is_before)
            OR sumIf(p.new, is_after) != sumIf(p.new, is_before)
            OR sumIf(p.charged, is_after) != sumIf(p.charged, is_before)
            OR countIf(is_after) > 0 AND countIf(is_before) > 0 AND places > 1
    ),
    batches AS (
        SELECT period, arrayJoin(arrayFilter(load -> has(b.loads, load) != has(a.loads, load), arrayConcat(b.loads, a.loads))) AS load_id
        FROM moved AS m
        INNER JOIN runs AS b ON b.run_id = m.before
        INNER JOIN runs AS a ON a.run_id = m.after
    ),
    records AS (
        SELECT DISTINCT period, unit_id
        FROM contributions
        WHERE period IN (SELECT period FROM moved)
            AND (period, load_id) IN batches
            AND ({insurance:String} = '' OR toString(insurance) = {insurance:String})
            AND (load_id, line) NOT IN (SELECT load_id, line FROM dead_records WHERE by_load = load_id)
        UNION ALL
        SELECT DISTINCT period, unit_id
        FROM dead_records
        WHERE (period, by_load) IN batches
            AND ({insurance:String} = '' OR toString(insurance) = {insurance:String})
            AND cause = 'replaced'
    ),
    terms AS (
        SELECT
            run_id,
            period,
            class,
            groupBitXor(cityHash64(insurance, unit_level, amount_add, amount_div, amount_times, arrayMap(
                scenario -> (
                    bitTest(covered, scenario - 1),
                    if(employer[scenario] = 0, -1, rate[employer[scenario]]),
                    if(employee[scenario] = 0, -1, rate[employee[scenario]]),
                    floor[limits[scenario]], cap[limits[scenario]], low[limits[scenario]], high[limits[scenario]],
                    base_step[limits[scenario]], base_up[limits[scenario]]),
                if((run_id, period) IN (SELECT after, period FROM moved), [{old:UInt8}, {new:UInt8}], [{old_before:UInt8}, {new_before:UInt8}])))) AS held
        FROM run_terms
        WHERE (run_id, period) IN (SELECT arrayJoin([before, after]), period FROM moved)
        GROUP BY run_id, period, class
    ),
    registered AS (
        SELECT
            u.period AS period,
            u.unit_id AS unit_id,
            uniqExact((region_code, industry_code, size, economic_type, unit_kind, risk_class, float_factor, elections)) > 1 AS otherwise,
            uniqExact(t.held) > 1 AS priced_otherwise
        FROM run_units AS u
        LEFT JOIN terms AS t ON t.run_id = u.run_id AND t.period = u.period AND t.class = u.class
        WHERE (u.run_id, u.period) IN (SELECT arrayJoin([before, after]), period FROM moved)
            AND u.unit_id IN (SELECT unit_id FROM moves)
        GROUP BY u.period, u.unit_id
    )
SELECT
    if({by_unit:Bool}, toString(m.unit_id), '') AS unit,
    multiIf(
        c.before = 0, 'month_added',
        c.after = 0, 'month_removed',
        (m.period, m.unit_id) NOT IN records AND NOT r.otherwise AND NOT (r.priced_otherwise AND {packs_differ:Bool}), 'program',
        arrayStringConcat(arrayFilter(id -> id != '', [
            if((m.period, m.unit_id) IN records, 'records', ''),
            if(r.otherwise, 'registration', ''),
            if(r.priced_otherwise AND {packs_differ:Bool}, 'policy', '')]), '+')) AS why,
    uniqExact(m.unit_id) AS units,
    count() AS months,
    sum(m.old) AS old_moved,
    sum(m.new) AS new_moved,
    sum(m.charged) AS charged_moved
FROM moves AS m
INNER JOIN moved AS c ON c.period = m.period
LEFT JOIN registered AS r ON r.period = m.period AND r.unit_id = m.unit_id
WHERE (empty({units:Array(String)}) OR toString(m.unit_id) IN {units:Array(String)})
GROUP BY unit, why
HAVING {cause:String} = '' OR why = {cause:String}
ORDER BY greatest(abs(old_moved), abs(new_moved), abs(charged_moved)) DESC, why, unit
LIMIT {most:UInt64} OFFSET {skip:UInt64}
