-- The space that each run's own rows take, finished or killed. Tables of figures are those that are divided by run.
-- Grain: one row a run and table. Order: by the two.
SELECT
    toUInt32(partition) AS run_id,
    table AS held_in,
    sum(bytes_on_disk) AS bytes
FROM system.parts
WHERE database = currentDatabase()
    AND active
    AND table IN (SELECT name FROM system.tables WHERE database = currentDatabase() AND partition_key = 'run_id')
GROUP BY run_id, held_in
ORDER BY run_id, held_in
