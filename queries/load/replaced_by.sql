-- How many records of earlier loads a load replaces. Grain: one row an earlier load. Order: by load. Parameters: load.
SELECT
    load_id,
    count() AS records
FROM dead_records
WHERE by_load = {load:UInt32}
    AND cause = 'replaced'
GROUP BY load_id
ORDER BY load_id
