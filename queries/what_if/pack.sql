-- The files of the policy pack that a scenario was computed by. Grain: one row a file. Order: by file. Parameters: id.
SELECT file, content
FROM scenario_packs
WHERE run_id = {id:UInt32}
ORDER BY file
