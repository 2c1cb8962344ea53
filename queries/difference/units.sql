-- Units that two runs give differently in some month, with what both give over the window. What the later run gives is
-- read; what the earlier one gave is that less the movements, so that months that have not moved count on both sides.
-- Without a row in the window on one side, the state there is ''. Grain: one row a unit. Order: the largest movement
-- first, of what is sorted by, then by unit. Parameters: run, made, which movements; from, to; scope; region, industry,
-- size, economic_type, unit_kind, insurance, '' for any; employer and employee, 1 or 0; old and new, scenario places of
-- run; units, ids, or empty for all; state_then and state_now, 'any' for any; sort, of old, new, charged, due, real,
-- shortfall, or '' for the largest of the first three; skip and most, the page.
WITH
    (place) -> jianfu_in_scope(place.1, {scope:Array(String)})
        AND startsWith(place.1, {region:String})
        AND jianfu_in_industry(place.2, {industry:String})
        AND jianfu_is(place.3, {size:String})
        AND jianfu_is(place.4, {economic_type:String})
        AND jianfu_is(place.5, {unit_kind:String}) AS within,
    (employer, employee) -> jianfu_paid(employer, employee, {employer:Bool}, {employee:Bool}) AS together,
    moves AS (
        SELECT
            unit_id, place_then, place_now, toInt64(lines_then) AS had, toInt64(lines_now) AS has,
            lines_then > 0 AND within(place_then) AS was_there,
            lines_now > 0 AND within(place_now) AS is_there,
            if(was_there, together(employer_then[1], employee_then[1]), toDecimal64('0', 2)) AS old_then,
            if(is_there, together(employer_now[1], employee_now[1]), toDecimal64('0', 2)) AS old_now,
            if(was_there, together(employer_then[2], employee_then[2]), toDecimal64('0', 2)) AS new_then,
            if(is_there, together(employer_now[2], employee_now[2]), toDecimal64('0', 2)) AS new_now,
            if(was_there, together(employer_then[3], employee_then[3]), toDecimal64('0', 2)) AS charged_then,
            if(is_there, together(employer_now[3], employee_now[3]), toDecimal64('0', 2)) AS charged_now
        FROM movements
        WHERE run_id = {run:UInt32}
            AND made = {made:UInt64}
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND (was_there OR is_there)
    ),
    shown AS (
        SELECT run_id, period, unit_id, region_code, industry_code, size, economic_type, unit_kind, covered, employer, employee, employer_charged, employee_charged
        FROM unit_months
        WHERE {insurance:String} = ''
        UNION ALL
        SELECT run_id, period, unit_id, region_code, industry_code, size, economic_type, unit_kind, covered, employer, employee, employer_charged, employee_charged
        FROM burdens
        WHERE toString(insurance) = {insurance:String}
    ),
    parts AS (
        SELECT
            unit_id, 0 AS moved, 1 AS has, 1 AS had,
            together(employer[{old:UInt8}], employee[{old:UInt8}]) AS old_now,
            together(employer[{new:UInt8}], employee[{new:UInt8}]) AS new_now,
            together(employer_charged, employee_charged) AS charged_now,
            old_now AS old_then,
            new_now AS new_then,
            charged_now AS charged_then
        FROM shown
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND unit_id IN (SELECT unit_id FROM movements WHERE run_id = {run:UInt32} AND made = {made:UInt64})
            AND within((region_code, industry_code, size, economic_type, unit_kind))
            AND bitTest(covered, {old:UInt8} - 1)
        UNION ALL
        SELECT
            unit_id, old_now != old_then OR new_now != new_then OR charged_now != charged_then OR was_there AND is_there AND place_then != place_now AS moved, 0 AS has, if(was_there, m.had, 0) - if(is_there, m.has, 0) AS had,
            toDecimal64('0', 2) AS old_now,
            toDecimal64('0', 2) AS new_now,
            toDecimal64('0', 2) AS charged_now,
            m.old_then - m.old_now AS old_then,
            m.new_then - m.new_now AS new_then,
            m.charged_then - m.charged_now AS charged_then
        FROM moves AS m
    ),
    units_moved AS (
        SELECT
            unit_id,
            sum(p.old_then) AS old_then,
            sum(p.new_then) AS new_then,
            sum(p.charged_then) AS charged_then,
            sum(p.old_now) AS old_now,
            sum(p.new_now) AS new_now,
            sum(p.charged_now) AS charged_now,
            if(sum(p.had) = 0, '', jianfu_state(old_then, new_then, charged_then, 1)) AS state_then,
            if(sum(p.has) = 0, '', jianfu_state(old_now, new_now, charged_now, 1)) AS state_now
        FROM parts AS p
        GROUP BY unit_id
        HAVING max(moved)
    )
SELECT
    toString(unit_id) AS unit_id,
    state_then,
    state_now,
    old_then,
    new_then,
    charged_then,
    old_now,
    new_now,
    charged_now
FROM units_moved AS m
WHERE (empty({units:Array(String)}) OR toString(m.unit_id) IN {units:Array(String)})
    AND ({state_then:String} = 'any' OR state_then = {state_then:String})
    AND ({state_now:String} = 'any' OR state_now = {state_now:String})
ORDER BY
    multiIf(
        {sort:String} = 'old', abs(old_now - old_then),
        {sort:String} = 'new', abs(new_now - new_then),
        {sort:String} = 'charged', abs(charged_now - charged_then),
        {sort:String} = 'due', abs((old_now - new_now) - (old_then - new_then)),
        {sort:String} = 'real', abs((old_now - charged_now) - (old_then - charged_then)),
        {sort:String} = 'shortfall', abs((charged_now - new_now) - (charged_then - new_then)),
        greatest(abs(old_now - old_then), abs(new_now - new_then), abs(charged_now - charged_then))) DESC,
    unit_id
LIMIT {most:UInt64} OFFSET {skip:UInt64}
