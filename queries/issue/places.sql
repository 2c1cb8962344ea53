-- Where units stood in the last month that a window holds of them, and what they are called. Grain: one row a unit. Order:
-- by unit. Parameters: run, from, to, loads; scope; units; old, a scenario place.
WITH
    names AS (
        SELECT unit_id, argMax(name, (valid_from, load_id, line)) AS name
        FROM units
        WHERE load_id IN {loads:Array(UInt32)}
            AND unit_id IN {units:Array(String)}
            AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
        GROUP BY unit_id
    ),
    placed AS (
        SELECT unit_id, argMax((region_code, industry_code, size), period) AS place
        FROM unit_months
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
            AND unit_id IN {units:Array(String)}
            AND bitTest(covered, {old:UInt8} - 1)
        GROUP BY unit_id
    )
SELECT
    toString(p.unit_id) AS unit_id,
    n.name AS name,
    toString(place.1) AS region_code,
    toString(place.2) AS industry_code,
    toString(place.3) AS size
FROM placed AS p
LEFT JOIN names AS n ON n.unit_id = p.unit_id
ORDER BY unit_id
