-- The database of the store. Grain: one row.
SELECT currentDatabase() AS database
