-- What settling a load has found. Grain: one row a cause and month. Order: by the two. Parameters: load.
SELECT
    toString(cause) AS cause,
    period,
    count() AS rows
FROM dead_records
WHERE by_load = {load:UInt32}
GROUP BY cause, period
ORDER BY cause, period
