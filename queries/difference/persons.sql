-- How few persons stand behind each movement between two runs: for each member of each dimension the persons of the month
-- that had the fewest, because the movement of a month is the difference of two windows. Behind a unit's month that
-- changed with its records stand the persons of those records, behind one in which a pack moved limits those whose base they
-- moved, behind any other those of the unit. Causes count by themselves. Grain: one row a
-- dimension and member that moved. Order: by dimension and member. Parameters: run, made, which movements; from, to;
-- scope; region, industry, size, economic_type, unit_kind, '' for any; employer and employee, 1 or 0; region_digits, how
-- many digits of a region's code name a member, and industry_digits.
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
            period, cause, place_then, place_now,
            if(greatest(records_persons, moved_persons) > 0, greatest(records_persons, moved_persons), greatest(if(was_there, headcount_then, 0), if(is_there, headcount_now, 0))) AS persons,
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
    ),
    by_month AS (
        SELECT tupleElement(member, 1) AS dimension, tupleElement(member, 2) AS key, period, sum(m.persons) AS persons
        FROM moves AS m
        ARRAY JOIN arrayDistinct(arrayFlatten(arrayMap(p -> [
            ('total', ''),
            ('region', rightPad(substring(p.1, 1, {region_digits:UInt8}), 6, '0')),
            ('section', substring(p.2, 1, {industry_digits:UInt8})),
            ('size', toString(p.3)),
            ('cause', cause),
            ('month', toString(period))], arrayConcat(if(was_there, [place_then], []), if(is_there, [place_now], []))))) AS member
        WHERE old_now != old_then OR new_now != new_then OR charged_now != charged_then OR was_there AND is_there AND place_then != place_now
        GROUP BY dimension, key, period
    )
SELECT
    dimension,
    key AS member,
    min(persons) AS persons
FROM by_month
GROUP BY dimension, member
ORDER BY dimension, member
