-- The table of migrations: which have run, and the hash of their text.
CREATE TABLE IF NOT EXISTS schema_migrations {{.On}} (
    name       String,
    hash       String,
    applied_at DateTime DEFAULT now()
) ENGINE = {{.Engine "MergeTree"}} ORDER BY name
