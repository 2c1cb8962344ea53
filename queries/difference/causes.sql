-- Why units moved between two runs, by the causes of their months; see movements.sql. The rows add up to the whole
-- movement. Grain: one row a cause, and unit if asked for. Order: the largest movement first, then by cause and unit.
-- Parameters: run, made, which movements; from, to; scope; region, industry, size, economic_type, unit_kind, '' for any;
-- employer and employee, 1 or 0; by_unit, 1 or 0; units, ids, or empty for all; cause, '' for any; skip and most, the page.
WITH
    {{.movements_within}}
SELECT
    if({by_unit:Bool}, toString(unit_id), '') AS unit,
    cause AS why,
    uniqExact(unit_id) AS units,
    count() AS months,
    sum(old_now - old_then) AS old_moved,
    sum(new_now - new_then) AS new_moved,
    sum(charged_now - charged_then) AS charged_moved
FROM movements_within
WHERE moves
    AND (empty({units:Array(String)}) OR unit_id IN (SELECT toFixedString(arrayJoin({units:Array(String)}), 18)))
    AND jianfu_is(cause, {cause:String})
GROUP BY unit, why
ORDER BY greatest(abs(old_moved), abs(new_moved), abs(charged_moved)) DESC, why, unit
LIMIT {most:UInt64} OFFSET {skip:UInt64}
