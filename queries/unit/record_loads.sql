-- The loads that the records of one unit came with, in the months of a run that lie in the scope. Grain: one row a load.
-- Order: by load. Parameters: run; unit; scope; periods, the months.
WITH shown AS (
    SELECT p.period AS period, r.loads AS loads
    FROM run_periods AS p
    INNER JOIN runs AS r ON r.run_id = p.computed_by
    WHERE p.run_id = {run:UInt32}
)
SELECT
    c.load_id AS load_id,
    any(l.file) AS file,
    any(l.finished_at) AS finished_at,
    count() AS records,
    min(c.period) AS first_period,
    max(c.period) AS last_period
FROM contributions AS c
INNER JOIN shown AS s ON s.period = c.period
INNER JOIN loads AS l ON l.load_id = c.load_id
WHERE c.unit_id = toFixedString({unit:String}, 18)
    AND c.period IN {periods:Array(UInt32)}
    AND has(s.loads, c.load_id)
    AND c.period IN (
        SELECT period
        FROM run_units
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND unit_id = toFixedString({unit:String}, 18)
            AND jianfu_in_scope(region_code, {scope:Array(String)})
    )
GROUP BY load_id
ORDER BY load_id
