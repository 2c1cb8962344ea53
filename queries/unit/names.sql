-- What units are called by their latest registration in a scope. Grain: one row a unit. Order: by unit.
-- Parameters: loads; units, ids, none for all; scope.
SELECT
    unit_id,
    argMax(name, (valid_from, load_id, line)) AS name
FROM units
WHERE load_id IN {loads:Array(UInt32)}
    AND (empty({units:Array(String)}) OR unit_id IN (SELECT toFixedString(arrayJoin({units:Array(String)}), 18)))
    AND jianfu_in_scope(region_code, {scope:Array(String)})
GROUP BY unit_id
ORDER BY unit_id
