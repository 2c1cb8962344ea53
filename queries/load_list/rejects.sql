-- Rejected lines of a load, a page of them. A reader who does not see the whole store sees the lines that name one unit,
-- registered, and in the scope by its latest registration. Grain: one row a line. Order: by line, column and code.
-- Parameters: load; loads, the visible ones; scope; code, of the reason, '' for any; skip and most, the page.
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
    load_id,
    line,
    column,
    value,
    code,
    details,
    raw
FROM rejects
WHERE load_id = {load:UInt32}
    AND jianfu_is(code, {code:String})
    AND (whole
        OR length(arrayDistinct(extractAll(upper(concat(value, ' ', raw)), '[0-9A-Z]{18}')) AS named) = 1
            AND toFixedString(substring(named[1], 1, 18), 18) IN inside)
ORDER BY line, column, code
LIMIT {most:UInt64} OFFSET {skip:UInt64}
