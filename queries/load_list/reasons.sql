-- Why a load did not accept lines, of those that a reader may see; see rejects.sql. Grain: one row a reason. Order: the most
-- frequent first, then by code. Parameters: load; loads, the visible ones; scope.
WITH
    has({scope:Array(String)}, '') OR (
        SELECT min(jianfu_in_scope(region_code, {scope:Array(String)}))
        FROM units
        WHERE load_id IN {loads:Array(UInt32)}
    ) = 1 AS whole,
    inside AS (
        SELECT unit_id
        FROM units
        WHERE load_id IN {loads:Array(UInt32)}
        GROUP BY unit_id
        HAVING jianfu_in_scope(argMax(region_code, (valid_from, load_id, line)), {scope:Array(String)})
    )
SELECT
    code,
    count() AS lines
FROM rejects
WHERE load_id = {load:UInt32}
    AND (whole
        OR length(arrayDistinct(extractAll(upper(concat(value, ' ', raw)), '[0-9A-Z]{18}')) AS named) = 1
            AND toFixedString(substring(named[1], 1, 18), 18) IN inside)
GROUP BY code
ORDER BY lines DESC, code
