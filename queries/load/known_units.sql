-- The units that are registered. Grain: one row a unit. Order: by unit. Parameters: loads.
SELECT DISTINCT toString(unit_id) AS unit_id
FROM units
WHERE load_id IN {loads:Array(UInt32)}
ORDER BY unit_id
