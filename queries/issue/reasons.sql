-- What makes the employers' charged burdens of units differ from the new ones, by county and month; a month with figures in
-- which nothing does has a row without a reason. Grain: one row a unit, county, month and reason. Order: by the four.
-- Parameters: run, from, to; scope; units; old and new, scenario places.
SELECT
    toString(unit_id) AS unit,
    toString(region_code) AS region,
    period,
    if(part.1 = 0, '', toString(part.1)) AS reason,
    sum(part.2) AS amount
FROM burdens
LEFT ARRAY JOIN arrayMap(r -> (r.reason, r.amount), arrayFilter(r -> r.scenario = {new:UInt8} AND r.payer = 'employer', reasons)) AS part
WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
    AND period BETWEEN {from:UInt32} AND {to:UInt32}
    AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
    AND bitTest(covered, {old:UInt8} - 1)
    AND unit_id IN {units:Array(String)}
GROUP BY unit, region, period, reason
ORDER BY unit, region, period, reason
