-- Whether the cases of a run are written, and how many there are. Grain: one row or none. Parameters: run.
SELECT cases, findings
FROM detections
WHERE run_id = {run:UInt32}
LIMIT 1
