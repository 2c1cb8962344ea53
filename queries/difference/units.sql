-- Units that two runs give differently in some month, with what both give over the window. Months that both show of one
-- and the same run have not moved: they are read only for the units that moved elsewhere, for their states. Without a
-- row in the window on one side, the state there is ''. Grain: one row a unit. Order: the largest movement first, of what is sorted by, then
-- by unit. Parameters: run, against, from,
-- to; scope; region, industry, size,
-- economic_type, unit_kind, insurance, '' for any; employer and employee, 1 or 0; old and new, scenario places of run,
-- old_before and new_before of against; loads, whose registrations
-- give the names; units, ids, or empty for all; state_then and state_now, 'any' for any; sort, of old, new, charged, due,
-- real, shortfall, or '' for the largest of the first three; skip and most, the page.
WITH
    (old, new, charged) -> multiIf(
        (charged - old) * 1000 > old + 1000, 'increased',
        (old - new) * 1000 > old + 1000 AND (old - charged) * 1000 <= old + 1000, 'none',
        (old - charged) * 1000 > old + 1000 AND (charged - new) * 1000 > old + 1000, 'partial',
        (old - new) * 1000 > old + 1000, 'full',
        'no_due') AS state_of,
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
        WHERE (run_id, period) IN (SELECT arrayJoin([before, after]), period FROM shown)
            AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
            AND startsWith(region_code, {region:String})
            AND (startsWith(industry_code, {industry:String}) OR {industry:String} = '-' AND industry_code = '')
            AND ({size:String} = '' OR toString(size) = {size:String})
            AND ({economic_type:String} = '' OR toString(economic_type) = {economic_type:String})
            AND ({unit_kind:String} = '' OR toString(unit_kind) = {unit_kind:String})
            AND bitTest(covered, if(is_after, {old:UInt8}, {old_before:UInt8}) - 1)
    ),
    touched AS (
        SELECT unit_id
        FROM priced
        WHERE period IN (SELECT period FROM moved)
        GROUP BY unit_id, period
        HAVING sumIf(old, is_after) != sumIf(old, is_before)
            OR sumIf(new, is_after) != sumIf(new, is_before)
            OR sumIf(charged, is_after) != sumIf(charged, is_before)
            OR countIf(is_after) > 0 AND countIf(is_before) > 0 AND anyIf(place, is_after) != anyIf(place, is_before)
    ),
    moves AS (
        SELECT
            unit_id,
            if(countIf(is_after) > 0, argMaxIf(place, period, is_after), argMaxIf(place, period, is_before)) AS stood,
            sumIf(p.old, is_before) AS old_then,
            sumIf(p.new, is_before) AS new_then,
            sumIf(p.charged, is_before) AS charged_then,
            sumIf(p.old, is_after) AS old_now,
            sumIf(p.new, is_after) AS new_now,
            sumIf(p.charged, is_after) AS charged_now,
            if(countIf(is_before) = 0, '', state_of(old_then, new_then, charged_then)) AS state_then,
            if(countIf(is_after) = 0, '', state_of(old_now, new_now, charged_now)) AS state_now
        FROM priced AS p
        WHERE unit_id IN touched
        GROUP BY unit_id
    ),
    names AS (
        SELECT unit_id, argMax(name, (valid_from, load_id, line)) AS name
        FROM units
        WHERE load_id IN {loads:Array(UInt32)}
            AND unit_id IN touched
        GROUP BY unit_id
    )
SELECT
    toString(m.unit_id) AS unit_id,
    name,
    toString(stood.1) AS region_code,
    toString(stood.2) AS industry_code,
    toString(stood.3) AS size,
    state_then,
    state_now,
    old_then,
    new_then,
    charged_then,
    old_now,
    new_now,
    charged_now
FROM moves AS m
LEFT JOIN names AS n ON n.unit_id = m.unit_id
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
