-- What somebody should look at in a load. Grain: one row a kind. Order: by code. Parameters: load.
SELECT
    code,
    lines
FROM load_notes
WHERE load_id = {load:UInt32}
ORDER BY code
