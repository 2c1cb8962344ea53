-- The names of units that the table unit_names does not have yet. Grain: one row a name. Order: by name.
SELECT DISTINCT name
FROM units
WHERE name NOT IN (SELECT name FROM unit_names)
ORDER BY name
