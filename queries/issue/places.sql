-- The counties in which units have a case in a run, with what an issue about it takes from there. Grain: one row a unit and
-- county. Order: by unit, the county with the most months first. Parameters: run; scope; units.
SELECT
    toString(unit_id) AS unit,
    name,
    toString(region_code) AS region,
    toString(industry_code) AS industry,
    toString(size) AS unit_size,
    level
FROM cases
WHERE run_id = {run:UInt32}
    AND jianfu_in_scope(region_code, {scope:Array(String)})
    AND unit_id IN {units:Array(String)}
ORDER BY unit, months DESC, region
