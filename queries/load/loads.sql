-- Loads, those that were withdrawn only where they are asked for. Grain: one row a load. Order: oldest first. Parameters: withdrawn.
SELECT
    load_id,
    toString(kind) AS kind,
    file,
    hash,
    encoding,
    compression,
    bytes,
    started_at,
    finished_at,
    read,
    accepted,
    rejected,
    unchanged,
    replaced,
    periods,
    unknown_columns,
    payable,
    received,
    first_key,
    last_key,
    toString(format) AS format,
    sheet
FROM loads
WHERE {withdrawn:Bool}
    OR load_id NOT IN (SELECT load_id FROM withdrawals)
ORDER BY load_id
