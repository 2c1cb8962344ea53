-- How many lines a load rejected because their unit was not registered, and now it is. Grain: one row.
-- Parameters: load; loads, the visible ones.
SELECT count() AS lines
FROM rejects
WHERE load_id = {load:UInt32}
    AND code = 'unit_not_registered'
    AND upper(value) IN (
        SELECT toString(unit_id)
        FROM units
        WHERE load_id IN {loads:Array(UInt32)}
    )
