-- The regions in which a run has units, by month. Grain: one region and month. Order: region, month.
-- Parameters: run.
SELECT DISTINCT
    CAST(region_code, 'String') AS region,
    period
FROM run_units
WHERE run_id = {run:UInt32}
ORDER BY
    region,
    period
