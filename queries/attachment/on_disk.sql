-- How many bytes attachments take on the disk. Grain: one row.
SELECT sum(bytes_on_disk) AS bytes
FROM system.parts
WHERE
    active
    AND database = currentDatabase()
    AND table = 'attachments'
