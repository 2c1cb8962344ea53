-- The filters that an account keeps for a list. Grain: one row a name. Order: by name. Parameters: account, list.
WITH kept AS (
    SELECT
        name,
        argMax((address, dropped), (saved_at, dropped)) AS last,
        max(saved_at) AS last_saved_at
    FROM saved_filters
    WHERE account = {account:String}
        AND list = {list:String}
    GROUP BY name
)
SELECT
    name,
    last.1 AS address,
    last_saved_at AS saved_at
FROM kept
WHERE NOT last.2
ORDER BY name
