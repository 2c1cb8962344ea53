-- Units that only one load registers, and of which other loads hold records: they would have records and no registration. example is
-- the smallest of them, '' for none. Grain: one row. Parameters: load; others, the other visible loads.
WITH alone AS (
    SELECT DISTINCT unit_id
    FROM units
    WHERE load_id = {load:UInt32}
        AND unit_id NOT IN (SELECT unit_id FROM units WHERE load_id IN {others:Array(UInt32)})
)
SELECT
    uniqExact(unit_id) AS units,
    toString(min(unit_id)) AS example,
    arraySort(groupUniqArray(load_id)) AS loads
FROM contributions
WHERE load_id IN {others:Array(UInt32)}
    AND unit_id IN alone
