-- What units elected in the months that a run computed, and how many units did. Grain: one election. Order: election.
-- Parameters: run.
SELECT
    election,
    uniqExact(unit_id) AS units
FROM run_units
ARRAY JOIN elections AS election
WHERE run_id = {run:UInt32}
GROUP BY election
ORDER BY election
