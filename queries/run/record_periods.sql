-- The months that have records, and how many. Grain: one row a month. Order: by month. Parameters: loads.
SELECT period, count() AS records
FROM contributions
WHERE load_id IN {loads:Array(UInt32)}
GROUP BY period
ORDER BY period
