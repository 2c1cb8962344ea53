-- How many units that two runs give differently go from which state over the window to which; '' where a run has nothing
-- of a unit. See units.sql. Grain: one row a pair of states. Order: by the two. Parameters: run, made, which movements;
-- from, to; scope; region, industry, size, economic_type, unit_kind, insurance, '' for any; employer and employee, 1 or
-- 0; old and new, scenario places of run.
WITH
    (old, new, charged) -> multiIf(
        (charged - old) * 1000 > old + 1000, 'increased',
        (old - new) * 1000 > old + 1000 AND (old - charged) * 1000 <= old + 1000, 'none',
        (old - charged) * 1000 > old + 1000 AND (charged - new) * 1000 > old + 1000, 'partial',
        (old - new) * 1000 > old + 1000, 'full',
        'no_due') AS state_of,
    (yuan, kept) -> if(kept, yuan, toDecimal64('0', 2)) AS share,
    sides AS (
        SELECT
            unit_id, period, is_after, lines, (region_code, industry_code, size, economic_type, unit_kind) AS place,
            share(employer[1], {employer:Bool}) + share(employee[1], {employee:Bool}) AS old,
            share(employer[2], {employer:Bool}) + share(employee[2], {employee:Bool}) AS new,
            share(employer[3], {employer:Bool}) + share(employee[3], {employee:Bool}) AS charged
        FROM movements
        WHERE run_id = {run:UInt32}
            AND made = {made:UInt64}
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
            AND startsWith(region_code, {region:String})
            AND (startsWith(industry_code, {industry:String}) OR {industry:String} = '-' AND industry_code = '')
            AND ({size:String} = '' OR toString(size) = {size:String})
            AND ({economic_type:String} = '' OR toString(economic_type) = {economic_type:String})
            AND ({unit_kind:String} = '' OR toString(unit_kind) = {unit_kind:String})
    ),
    touched AS (
        SELECT unit_id
        FROM sides
        GROUP BY unit_id, period
        HAVING sumIf(old, is_after) != sumIf(old, NOT is_after)
            OR sumIf(new, is_after) != sumIf(new, NOT is_after)
            OR sumIf(charged, is_after) != sumIf(charged, NOT is_after)
            OR uniqExact(place) > 1
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
    weighed AS (
        SELECT
            unit_id, period, 1 AS lines, 1 AS before, 1 AS after, (region_code, industry_code, size, economic_type, unit_kind) AS place,
            share(employer[{old:UInt8}], {employer:Bool}) + share(employee[{old:UInt8}], {employee:Bool}) AS old,
            share(employer[{new:UInt8}], {employer:Bool}) + share(employee[{new:UInt8}], {employee:Bool}) AS new,
            share(employer_charged, {employer:Bool}) + share(employee_charged, {employee:Bool}) AS charged
        FROM shown
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND unit_id IN touched
            AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
            AND startsWith(region_code, {region:String})
            AND (startsWith(industry_code, {industry:String}) OR {industry:String} = '-' AND industry_code = '')
            AND ({size:String} = '' OR toString(size) = {size:String})
            AND ({economic_type:String} = '' OR toString(economic_type) = {economic_type:String})
            AND ({unit_kind:String} = '' OR toString(unit_kind) = {unit_kind:String})
            AND bitTest(covered, {old:UInt8} - 1)
        UNION ALL
        SELECT unit_id, period, lines, if(is_after, -1, 1) AS before, 0 AS after, place, old, new, charged
        FROM sides
        WHERE unit_id IN touched
    ),
    moves AS (
        SELECT
            unit_id,
            sum(w.before * w.old) AS old_then,
            sum(w.before * w.new) AS new_then,
            sum(w.before * w.charged) AS charged_then,
            sum(w.after * w.old) AS old_now,
            sum(w.after * w.new) AS new_now,
            sum(w.after * w.charged) AS charged_now,
            if(sum(w.before * lines) = 0, '', state_of(old_then, new_then, charged_then)) AS state_then,
            if(sum(w.after) = 0, '', state_of(old_now, new_now, charged_now)) AS state_now
        FROM weighed AS w
        GROUP BY unit_id
    )
SELECT
    state_then,
    state_now,
    count() AS units
FROM moves
GROUP BY state_then, state_now
ORDER BY state_then, state_now
