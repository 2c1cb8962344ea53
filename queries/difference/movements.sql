-- Writes what two runs give differently of one month, comparison and insurance, over all units; see the table movements. A
-- unit's month moved for one cause, or for several at once, joined by "+": the month is one run's only (month_added,
-- month_removed), its records differ (records), its registration does (registration), what the policy packs say of it does
-- (policy); "program" where none of these. Where a pack moves nothing of a unit but limits, moved_persons are those whose base they move; else 0, and all
-- of the unit are meant. Parameters: run, against; comparison; insurance, '' for all; made; period; now
-- and before, the runs that computed the month for the two, 0 where one does not have it; old_now, new_now, old_then and
-- new_then, scenario places of theirs; packs_differ.
INSERT INTO movements (run_id, against, comparison, insurance, made, unit_id, period, lines_then, lines_now, place_then, place_now,
    headcount_then, headcount_now, employer_then, employer_now, employee_then, employee_now, cause, records_persons, moved_persons)
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
    priced AS (
        SELECT
            unit_id,
            run_id = {now:UInt32} AS is_now,
            (region_code, industry_code, size, economic_type, unit_kind) AS place,
            headcount,
            [employer[if(is_now, {old_now:UInt8}, {old_then:UInt8})], employer[if(is_now, {new_now:UInt8}, {new_then:UInt8})], employer_charged] AS by_employer,
            [employee[if(is_now, {old_now:UInt8}, {old_then:UInt8})], employee[if(is_now, {new_now:UInt8}, {new_then:UInt8})], employee_charged] AS by_employee
        FROM lines
        WHERE run_id IN ({before:UInt32}, {now:UInt32})
            AND period = {period:UInt32}
            AND bitTest(covered, if(run_id = {now:UInt32}, {old_now:UInt8}, {old_then:UInt8}) - 1)
    ),
    compared AS (
        SELECT
            unit_id,
            countIf(NOT is_now) AS lines_then,
            countIf(is_now) AS lines_now,
            if(lines_then > 0, anyIf(place, NOT is_now), any(place)) AS place_then,
            if(lines_now > 0, anyIf(place, is_now), any(place)) AS place_now,
            maxIf(headcount, NOT is_now) AS headcount_then,
            maxIf(headcount, is_now) AS headcount_now,
            arrayResize(sumForEachIf(by_employer, NOT is_now), 3) AS employer_then,
            arrayResize(sumForEachIf(by_employer, is_now), 3) AS employer_now,
            arrayResize(sumForEachIf(by_employee, NOT is_now), 3) AS employee_then,
            arrayResize(sumForEachIf(by_employee, is_now), 3) AS employee_now
        FROM priced
        GROUP BY unit_id
        HAVING lines_then = 0
            OR lines_now = 0
            OR place_then != place_now
            OR employer_then != employer_now
            OR employee_then != employee_now
    ),
    batches AS (
        SELECT load_id
        FROM (SELECT DISTINCT run_id, arrayJoin(loads) AS load_id FROM runs WHERE run_id IN ({before:UInt32}, {now:UInt32}))
        WHERE {before:UInt32} > 0 AND {now:UInt32} > 0
        GROUP BY load_id
        HAVING count() = 1
    ),
    records AS (
        SELECT unit_id, uniqExact(if(person = 0, cityHash64(record_id), person)) AS persons
        FROM contributions
        WHERE period = {period:UInt32}
            AND load_id IN batches
            AND jianfu_is(insurance, {insurance:String})
            AND (load_id, line) NOT IN (SELECT load_id, line FROM dead_records WHERE by_load = load_id)
        GROUP BY unit_id
        UNION ALL
        SELECT DISTINCT unit_id, 1 AS persons
        FROM dead_records
        WHERE period = {period:UInt32}
            AND by_load IN batches
            AND jianfu_is(insurance, {insurance:String})
            AND cause = 'replaced'
    ),
    changed AS (SELECT unit_id, max(persons) AS persons FROM records GROUP BY unit_id),
    terms AS (
        SELECT
            run_id,
            class,
            groupBitXor(cityHash64(insurance, unit_level, amount_add, amount_div, amount_times, arrayMap(
                scenario -> (
                    bitTest(covered, scenario - 1),
                    if(employer[scenario] = 0, -1, rate[employer[scenario]]),
                    if(employee[scenario] = 0, -1, rate[employee[scenario]]),
                    floor[limits[scenario]], cap[limits[scenario]], low[limits[scenario]], high[limits[scenario]],
                    base_step[limits[scenario]], base_up[limits[scenario]]),
                if(run_id = {now:UInt32}, [{old_now:UInt8}, {new_now:UInt8}], [{old_then:UInt8}, {new_then:UInt8}])))) AS held
        FROM run_terms
        WHERE run_id IN ({before:UInt32}, {now:UInt32})
            AND period = {period:UInt32}
        GROUP BY run_id, class
    ),
    registered AS (
        SELECT
            u.unit_id AS unit_id,
            uniqExact((region_code, industry_code, size, economic_type, unit_kind, risk_class, float_factor, elections)) > 1 AS otherwise,
            uniqExact(t.held) > 1 AND {packs_differ:Bool} AS priced_otherwise
        FROM run_units AS u
        LEFT JOIN terms AS t ON t.run_id = u.run_id AND t.class = u.class
        WHERE u.run_id IN ({before:UInt32}, {now:UInt32})
            AND u.period = {period:UInt32}
        GROUP BY u.unit_id
    ),
    held AS (
        SELECT
            u.unit_id AS unit_id,
            t.insurance AS insurance,
            u.run_id = {now:UInt32} AS is_now,
            if(is_now, [{old_now:UInt8}, {new_now:UInt8}], [{old_then:UInt8}, {new_then:UInt8}]) AS places,
            arrayMap(scenario -> (t.floor[t.limits[scenario]], t.cap[t.limits[scenario]]), places) AS spans,
            cityHash64(t.unit_level, t.amount_add, t.amount_div, t.amount_times, arrayMap(
                scenario -> (
                    bitTest(t.covered, scenario - 1),
                    if(t.employer[scenario] = 0, -1, t.rate[t.employer[scenario]]),
                    if(t.employee[scenario] = 0, -1, t.rate[t.employee[scenario]]),
                    t.base_step[t.limits[scenario]], t.base_up[t.limits[scenario]]),
                places)) AS besides
        FROM run_units AS u
        INNER JOIN run_terms AS t ON t.run_id = u.run_id AND t.period = u.period AND t.class = u.class
        WHERE {packs_differ:Bool}
            AND u.run_id IN ({before:UInt32}, {now:UInt32})
            AND u.period = {period:UInt32}
            AND jianfu_is(t.insurance, {insurance:String})
    ),
    limited AS (
        SELECT
            unit_id,
            insurance,
            anyIf(spans, is_now) AS spans_now,
            anyIf(spans, NOT is_now) AS spans_then,
            uniqExact(besides) > 1 AS priced_besides
        FROM held
        GROUP BY unit_id, insurance
    ),
    moved AS (
        SELECT c.unit_id AS unit_id, uniqExact(c.person) AS persons
        FROM contributions AS c
        INNER JOIN limited AS l ON l.unit_id = c.unit_id AND l.insurance = c.insurance
        WHERE c.period = {period:UInt32}
            AND c.load_id IN (SELECT arrayJoin(loads) FROM runs WHERE run_id = {now:UInt32})
            AND (c.load_id, c.line) NOT IN (
                SELECT load_id, line
                FROM dead_records
                WHERE period = {period:UInt32}
                    AND by_load IN (SELECT arrayJoin(loads) FROM runs WHERE run_id = {now:UInt32})
                GROUP BY load_id, line
                HAVING sum(sign) > 0)
            AND c.entry_type != 'refund'
            AND c.unit_id NOT IN (SELECT unit_id FROM limited WHERE priced_besides)
            AND arrayExists(
                (now, then) -> least(greatest(intDiv(reinterpretAsInt64(c.wage), c.headcount) AS earned, now.1), now.2) != least(greatest(earned, then.1), then.2),
                l.spans_now, l.spans_then)
        GROUP BY c.unit_id
    )
SELECT
    {run:UInt32}, {against:UInt32}, {comparison:String}, {insurance:String}, {made:UInt64}, m.unit_id, {period:UInt32}, m.lines_then, m.lines_now, m.place_then, m.place_now,
    m.headcount_then, m.headcount_now, m.employer_then, m.employer_now, m.employee_then, m.employee_now,
    multiIf(
        {before:UInt32} = 0, 'month_added',
        {now:UInt32} = 0, 'month_removed',
        c.persons = 0 AND NOT r.otherwise AND NOT r.priced_otherwise, 'program',
        arrayStringConcat(arrayFilter(id -> id != '', [if(c.persons > 0, 'records', ''), if(r.otherwise, 'registration', ''), if(r.priced_otherwise, 'policy', '')]), '+')),
    c.persons,
    if(r.otherwise, 0, o.persons)
FROM compared AS m
LEFT JOIN changed AS c ON c.unit_id = m.unit_id
LEFT JOIN moved AS o ON o.unit_id = m.unit_id
LEFT JOIN registered AS r ON r.unit_id = m.unit_id
