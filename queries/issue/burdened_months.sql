-- The months in which units have a burden, by county. Grain: one row a unit and county. Order: by the two. Parameters: run,
-- from, to; scope; units; old, the scenario's place.
SELECT
    toString(unit_id) AS unit,
    toString(region_code) AS region,
    arraySort(groupUniqArray(period)) AS months
FROM unit_months
WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
    AND period BETWEEN {from:UInt32} AND {to:UInt32}
    AND jianfu_in_scope(region_code, {scope:Array(String)})
    AND bitTest(covered, {old:UInt8} - 1)
    AND unit_id IN {units:Array(String)}
GROUP BY unit, region
ORDER BY unit, region
