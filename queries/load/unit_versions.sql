-- The registrations of some units, or of all when none is named. Of one unit and valid_from the latest load counts.
-- Grain: one row a unit and valid_from. Order: by the two. Parameters: loads; units, ids or empty; scope.
SELECT
    toString(unit_id) AS unit_id,
    held.1 AS name,
    toString(held.2) AS region_code,
    toString(held.3) AS industry_code,
    toString(held.4) AS registration_type,
    toInt8(held.5) AS economic_type,
    toInt8(held.6) AS unit_kind,
    held.7 AS employees,
    held.8 AS revenue,
    held.9 AS assets,
    toInt8(held.10) AS size,
    held.11 AS size_declared,
    held.12 AS risk_class,
    held.13 AS float_factor,
    CAST(held.14, 'Array(String)') AS elections,
    valid_from
FROM (
    SELECT
        unit_id,
        valid_from,
        argMax(
            (name, region_code, industry_code, registration_type, economic_type, unit_kind, employees, revenue, assets,
            size, size_declared, risk_class, float_factor, elections),
            (load_id, line)) AS held
    FROM units
    WHERE load_id IN {loads:Array(UInt32)}
        AND (empty({units:Array(String)}) OR toString(unit_id) IN {units:Array(String)})
    GROUP BY unit_id, valid_from
)
WHERE jianfu_in_scope(held.2, {scope:Array(String)})
ORDER BY unit_id, valid_from
