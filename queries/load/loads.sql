-- Visible loads. Grain: one row a load. Order: oldest first.
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
ORDER BY load_id
