-- The units under a finding, each with its part. Grain: one row a unit and county. Order: the largest part first, without
-- its sign, then by unit and county. Parameters: run; scope; finding, its id; skip and most, of rows.
WITH names AS (
    SELECT unit_id, region_code, name, state, level
    FROM cases
    WHERE run_id = {run:UInt32}
        AND jianfu_in_scope(region_code, {scope:Array(String)})
        AND unit_id IN (SELECT unit_id FROM finding_units WHERE run_id = {run:UInt32} AND finding_id = {finding:String})
)
SELECT
    toString(u.unit_id) AS unit,
    n.name AS name_of,
    toString(u.region_code) AS region,
    n.state AS state_of,
    n.level AS level_of,
    u.period_from AS first,
    u.period_to AS last,
    u.records AS records_of,
    u.amount AS amount_of
FROM finding_units AS u
LEFT ANY JOIN names AS n ON n.unit_id = u.unit_id AND n.region_code = u.region_code
WHERE u.run_id = {run:UInt32}
    AND u.finding_id = {finding:String}
    AND jianfu_in_scope(u.region_code, {scope:Array(String)})
ORDER BY abs(amount_of) DESC, unit, region
LIMIT {skip:UInt64}, {most:UInt64}
