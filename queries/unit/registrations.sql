-- The registrations of one unit in a scope, of one valid_from that of the latest load. Grain: one row a valid_from.
-- Order: by valid_from. Parameters: loads; unit; scope.
SELECT
    load_id,
    line,
    toString(unit_id) AS unit_id,
    name,
    toString(region_code) AS region_code,
    toString(industry_code) AS industry_code,
    toString(registration_type) AS registration_type,
    toInt8(economic_type) AS economic_type,
    toInt8(unit_kind) AS unit_kind,
    employees,
    revenue,
    assets,
    toInt8(size) AS size,
    size_declared,
    risk_class,
    float_factor,
    CAST(elections, 'Array(String)') AS elections,
    valid_from
FROM units
WHERE load_id IN {loads:Array(UInt32)}
    AND unit_id = toFixedString({unit:String}, 18)
    AND jianfu_in_scope(region_code, {scope:Array(String)})
ORDER BY valid_from, load_id DESC, line DESC
LIMIT 1 BY valid_from
