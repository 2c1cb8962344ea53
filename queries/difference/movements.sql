-- Writes what two runs give differently of one comparison and insurance, over all units and months; see the table
-- movements. A unit's month moved for one cause, or for several at once, joined by "+": the month is one run's only
-- (month_added, month_removed), its records differ (records), its registration does (registration), what the policy packs
-- say of it does (policy); "program" where none of these. Parameters: run, against; comparison; insurance, '' for all;
-- made; old and new, scenario places of run, old_before and new_before of against; packs_differ.
INSERT INTO movements (run_id, against, comparison, insurance, made, unit_id, period, is_after, lines, region_code, industry_code, size, economic_type, unit_kind,
    headcount, employer, employee, cause, records_persons)
WITH
    moved AS (
        SELECT period, maxIf(computed_by, run_id = {against:UInt32}) AS before, maxIf(computed_by, run_id = {run:UInt32}) AS after
        FROM run_periods
        WHERE run_id IN ({against:UInt32}, {run:UInt32})
        GROUP BY period
        HAVING before != after
    ),
    lines AS (
        SELECT run_id, period, unit_id, region_code, industry_code, size, economic_type, unit_kind, covered, headcount, employer, employee, employer_charged, employee_charged
        FROM unit_months
        WHERE {insurance:String} = ''
        UNION ALL
        SELECT run_id, period, unit_id, region_code, industry_code, size, economic_type, unit_kind, covered, headcount, employer, employee, employer_charged, employee_charged
        FROM burdens
        WHERE toString(insurance) = {insurance:String}
    ),
    sides AS (
        SELECT
            unit_id,
            period,
            (run_id, period) IN (SELECT after, period FROM moved) AS is_after,
            if(is_after, {old:UInt8}, {old_before:UInt8}) AS old,
            if(is_after, {new:UInt8}, {new_before:UInt8}) AS new,
            region_code,
            industry_code,
            size,
            economic_type,
            unit_kind,
            max(headcount) AS heads,
            count() AS lines,
            [sum(employer[old]), sum(employer[new]), sum(employer_charged)] AS by_employer,
            [sum(employee[old]), sum(employee[new]), sum(employee_charged)] AS by_employee
        FROM lines
        WHERE (run_id, period) IN (SELECT arrayJoin([before, after]), period FROM moved)
            AND bitTest(covered, old - 1)
        GROUP BY unit_id, period, is_after, old, new, region_code, industry_code, size, economic_type, unit_kind
    ),
    differing AS (
        SELECT unit_id, period
        FROM sides
        GROUP BY unit_id, period
        HAVING count() = 1
            OR uniqExact(region_code, industry_code, size, economic_type, unit_kind) > 1
            OR sumForEachIf(by_employer, is_after) != sumForEachIf(by_employer, NOT is_after)
            OR sumForEachIf(by_employee, is_after) != sumForEachIf(by_employee, NOT is_after)
    ),
    batches AS (
        SELECT period, arrayJoin(arrayFilter(load -> has(b.loads, load) != has(a.loads, load), arrayConcat(b.loads, a.loads))) AS load_id
        FROM moved AS m
        INNER JOIN runs AS b ON b.run_id = m.before
        INNER JOIN runs AS a ON a.run_id = m.after
    ),
    records AS (
        SELECT period, unit_id, uniqExact(if(person = 0, cityHash64(record_id), person)) AS persons
        FROM contributions
        WHERE (period, load_id) IN batches
            AND ({insurance:String} = '' OR toString(insurance) = {insurance:String})
            AND (load_id, line) NOT IN (SELECT load_id, line FROM dead_records WHERE by_load = load_id)
        GROUP BY period, unit_id
        UNION ALL
        SELECT DISTINCT period, unit_id, 1 AS persons
        FROM dead_records
        WHERE (period, by_load) IN batches
            AND ({insurance:String} = '' OR toString(insurance) = {insurance:String})
            AND cause = 'replaced'
    ),
    changed AS (SELECT period, unit_id, max(persons) AS persons FROM records GROUP BY period, unit_id),
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
            uniqExact(t.held) > 1 AND {packs_differ:Bool} AS priced_otherwise
        FROM run_units AS u
        LEFT JOIN terms AS t ON t.run_id = u.run_id AND t.period = u.period AND t.class = u.class
        WHERE (u.run_id, u.period) IN (SELECT arrayJoin([before, after]), period FROM moved)
            AND (u.unit_id, u.period) IN differing
        GROUP BY u.period, u.unit_id
    )
SELECT
    {run:UInt32}, {against:UInt32}, {comparison:String}, {insurance:String}, {made:UInt64},
    s.unit_id, s.period, s.is_after, s.lines, s.region_code, s.industry_code, s.size, s.economic_type, s.unit_kind, s.heads, s.by_employer, s.by_employee,
    multiIf(
        m.before = 0, 'month_added',
        m.after = 0, 'month_removed',
        c.persons = 0 AND NOT r.otherwise AND NOT r.priced_otherwise, 'program',
        arrayStringConcat(arrayFilter(id -> id != '', [if(c.persons > 0, 'records', ''), if(r.otherwise, 'registration', ''), if(r.priced_otherwise, 'policy', '')]), '+')),
    c.persons
FROM sides AS s
INNER JOIN moved AS m ON m.period = s.period
LEFT JOIN changed AS c ON c.period = s.period AND c.unit_id = s.unit_id
LEFT JOIN registered AS r ON r.period = s.period AND r.unit_id = s.unit_id
WHERE (s.unit_id, s.period) IN differing
