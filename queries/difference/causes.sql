-- Why units moved between two runs, by the causes of their months; see movements.sql. The rows add up to the whole
-- movement. Grain: one row a cause, and unit if asked for. Order: the largest movement first, then by cause and unit.
-- Parameters: run, made, which movements; from, to; scope; region, industry, size, economic_type, unit_kind, '' for any;
-- employer and employee, 1 or 0; by_unit, 1 or 0; units, ids, or empty for all; cause, '' for any; skip and most, the page.
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
            unit_id, cause, place_then, place_now,
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
            AND (empty({units:Array(String)}) OR unit_id IN (SELECT toFixedString(arrayJoin({units:Array(String)}), 18)))
            AND jianfu_is(cause, {cause:String})
    )
SELECT
    if({by_unit:Bool}, toString(unit_id), '') AS unit,
    cause AS why,
    uniqExact(unit_id) AS units,
    count() AS months,
    sum(old_now - old_then) AS old_moved,
    sum(new_now - new_then) AS new_moved,
    sum(charged_now - charged_then) AS charged_moved
FROM moves
WHERE old_now != old_then OR new_now != new_then OR charged_now != charged_then OR was_there AND is_there AND place_then != place_now
GROUP BY unit, why
ORDER BY greatest(abs(old_moved), abs(new_moved), abs(charged_moved)) DESC, why, unit
LIMIT {most:UInt64} OFFSET {skip:UInt64}
