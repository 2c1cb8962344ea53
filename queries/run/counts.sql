-- What a run's months hold. Grain: one row. Parameters: run.
WITH months AS (
    SELECT computed_by, period
    FROM run_periods
    WHERE run_id = {run:UInt32}
)
SELECT
    toUInt64((SELECT sum(records) FROM burdens WHERE (run_id, period) IN months)) AS covered,
    toUInt64((SELECT sum(estimates) FROM burdens WHERE (run_id, period) IN months)) AS estimates,
    toUInt64((SELECT sum(records) FROM uncovered WHERE (run_id, period) IN months)) AS uncovered
