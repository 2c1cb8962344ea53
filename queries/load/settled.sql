-- What settling a load found. Grain: one row a cause. Order: by cause. Parameters: load.
SELECT
    toString(cause) AS cause,
    count() AS rows,
    arraySort(groupUniqArray(period)) AS periods
FROM dead_records
WHERE by_load = {load:UInt32}
GROUP BY cause
ORDER BY cause
