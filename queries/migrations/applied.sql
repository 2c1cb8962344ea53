-- The migrations that have run. Grain: one row a migration. Order: by name.
SELECT name, hash
FROM schema_migrations
ORDER BY name
