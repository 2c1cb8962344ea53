-- Why a load did not accept lines. Grain: one row a reason. Order: by code. Parameters: load.
SELECT
    code,
    count() AS lines
FROM rejects
WHERE load_id = {load:UInt32}
GROUP BY code
ORDER BY code
