-- What two runs give differently within a view, with what the payers of the view owe and were charged, then and now; nought on
-- a side on which the unit's month is outside. moves says whether anything of it does. Behind a unit's month that changed with its
-- records stand the persons of those records, behind one in which a pack moved limits those whose base they moved, behind any
-- other those of the unit. Parameters: run, made, which movements; from, to; scope; region, industry, size, economic_type,
-- unit_kind, '' for any; employer and employee, 1 or 0.
(place) -> jianfu_in_scope(place.1, {scope:Array(String)})
    AND startsWith(place.1, {region:String})
    AND jianfu_in_industry(place.2, {industry:String})
    AND jianfu_is(place.3, {size:String})
    AND jianfu_is(place.4, {economic_type:String})
    AND jianfu_is(place.5, {unit_kind:String}) AS within,
(there, employer, employee) -> if(there, jianfu_paid(employer, employee, {employer:Bool}, {employee:Bool}), toDecimal64('0', 2)) AS together,
movements_within AS (
    SELECT
        unit_id, period, cause, place_then, place_now, toInt64(lines_then) AS had, toInt64(lines_now) AS has,
        lines_then > 0 AND within(place_then) AS was_there,
        lines_now > 0 AND within(place_now) AS is_there,
        together(was_there, employer_then[1], employee_then[1]) AS old_then,
        together(is_there, employer_now[1], employee_now[1]) AS old_now,
        together(was_there, employer_then[2], employee_then[2]) AS new_then,
        together(is_there, employer_now[2], employee_now[2]) AS new_now,
        together(was_there, employer_then[3], employee_then[3]) AS charged_then,
        together(is_there, employer_now[3], employee_now[3]) AS charged_now,
        old_now != old_then OR new_now != new_then OR charged_now != charged_then OR was_there AND is_there AND place_then != place_now AS moves,
        if(greatest(records_persons, moved_persons) > 0,
            greatest(records_persons, moved_persons),
            greatest(if(was_there, headcount_then, 0), if(is_there, headcount_now, 0))) AS persons
    FROM movements
    WHERE run_id = {run:UInt32}
        AND made = {made:UInt64}
        AND period BETWEEN {from:UInt32} AND {to:UInt32}
        AND (was_there OR is_there)
)
