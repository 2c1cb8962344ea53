-- What contributions take on disk. Grain: one row.
SELECT
    toUInt64(sum(rows)) AS rows,
    toUInt64(sum(bytes_on_disk)) AS bytes
FROM system.parts
WHERE active
    AND database = currentDatabase()
    AND table = 'contributions'
