-- Some units of a run, drawn by a hash so that the draw can be repeated, and how many records each has. Grain: one row a
-- unit. Order: by the hash. Parameters: run; seed; size.
SELECT
    toString(unit_id) AS unit_id,
    toUInt64(sum(records)) AS records
FROM burdens
WHERE run_id = {run:UInt32}
GROUP BY unit_id
ORDER BY cityHash64(unit_id, {seed:UInt64}), unit_id
LIMIT {size:UInt32}
