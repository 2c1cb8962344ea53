-- Some units of a run, drawn by a hash so that the draw can be repeated. Grain: one row a unit. Order: by the hash.
-- Parameters: run; seed; size.
SELECT DISTINCT toString(unit_id) AS unit_id
FROM burdens
WHERE run_id = {run:UInt32}
ORDER BY cityHash64(unit_id, {seed:UInt64}), unit_id
LIMIT {size:UInt32}
