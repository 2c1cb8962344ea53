-- Lines that loads did not accept. Grain: one row a line. Order: by load and line. Parameters: loads.
SELECT
    load_id,
    line,
    column,
    value,
    code,
    details,
    raw
FROM rejects
WHERE load_id IN {loads:Array(UInt32)}
ORDER BY load_id, line
