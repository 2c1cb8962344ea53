-- What a store consists of. Grain: one row a table or view. Order: by name.
SELECT name, engine LIKE '%MergeTree' AS holds_rows
FROM system.tables
WHERE database = currentDatabase() AND (holds_rows OR engine = 'View')
ORDER BY name
