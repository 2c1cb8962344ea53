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
    {{.movements_compared}},
    {{.records_changed}},
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
    {{.limits_moved}}
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
