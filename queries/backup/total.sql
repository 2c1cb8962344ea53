-- How many rows a table has, and the sum of their hashes: equal where all values are. Grain: one row.
-- Parameters: database, name, of the table.
SELECT count() AS rows, sum(cityHash64(*)) AS hash
FROM {database:Identifier}.{name:Identifier}
SETTINGS final = 1
