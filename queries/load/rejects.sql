-- Lines that loads did not accept. Grain: one row a line. Order: by load and line. Parameters: loads; most, how many at most.
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
LIMIT {most:UInt64}
