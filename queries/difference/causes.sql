-- Why units moved between two runs, by the causes of their months; see movements.sql. The rows add up to the whole
-- movement. Grain: one row a cause, and unit if asked for. Order: the largest movement first, then by cause and unit.
-- Parameters: run, made, which movements; from, to; scope; region, industry, size, economic_type, unit_kind, '' for any;
-- employer and employee, 1 or 0; by_unit, 1 or 0; units, ids, or empty for all; cause, '' for any; skip and most, the page.
WITH
    (yuan, kept) -> if(kept, yuan, toDecimal64('0', 2)) AS share,
    moves AS (
        SELECT
            unit_id,
            period,
            any(cause) AS why,
            sum(if(is_after, 1, -1) * (share(employer[1], {employer:Bool}) + share(employee[1], {employee:Bool}))) AS old,
            sum(if(is_after, 1, -1) * (share(employer[2], {employer:Bool}) + share(employee[2], {employee:Bool}))) AS new,
            sum(if(is_after, 1, -1) * (share(employer[3], {employer:Bool}) + share(employee[3], {employee:Bool}))) AS charged
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
            AND (empty({units:Array(String)}) OR toString(unit_id) IN {units:Array(String)})
        GROUP BY unit_id, period
        HAVING old != 0
            OR new != 0
            OR charged != 0
            OR uniqExact(region_code, industry_code, size, economic_type, unit_kind) > 1
    )
SELECT
    if({by_unit:Bool}, toString(unit_id), '') AS unit,
    why,
    uniqExact(unit_id) AS units,
    count() AS months,
    sum(old) AS old_moved,
    sum(new) AS new_moved,
    sum(charged) AS charged_moved
FROM moves
WHERE {cause:String} = '' OR why = {cause:String}
GROUP BY unit, why
ORDER BY greatest(abs(old_moved), abs(new_moved), abs(charged_moved)) DESC, why, unit
LIMIT {most:UInt64} OFFSET {skip:UInt64}
