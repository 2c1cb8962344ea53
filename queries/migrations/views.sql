-- The views of the store. Grain: one row a view. Order: by name. Parameters: none.
SELECT name, comment
FROM system.tables
WHERE database = currentDatabase()
    AND engine = 'View'
ORDER BY name
