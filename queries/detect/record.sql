-- Notes that the cases and findings of a run are written. Parameters: run.
INSERT INTO detections (run_id, cases, findings)
SELECT
    {run:UInt32} AS run_id,
    (SELECT count() FROM cases WHERE run_id = {run:UInt32}) AS cases,
    (SELECT count() FROM findings WHERE run_id = {run:UInt32}) AS findings
