-- The header of a file that was loaded; none where an older program loaded it. Grain: one row or none. Parameters: load.
SELECT columns, delimiter
FROM load_headers
WHERE load_id = {load:UInt32}
LIMIT 1
