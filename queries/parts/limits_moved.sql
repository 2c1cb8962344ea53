-- Of units of which the packs of two runs move nothing but limits, how many persons' bases they move. Parameters: insurance, '' for all;
-- period; now and before, the runs that computed the month for the two; old_now, new_now, old_then and new_then, scenario places
-- of theirs; packs_differ.
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
