-- The lines that repeat a key of their own load with other contents. Grain: one row a line. Order: by line.
-- Parameters: load.
SELECT line, record_id
FROM dead_records
WHERE by_load = {load:UInt32}
    AND cause = 'repeated'
ORDER BY line
