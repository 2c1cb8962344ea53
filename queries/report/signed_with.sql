-- Reports that were signed or sent and whose figures are of a run that had a load. Grain: one row a report. Order: the latest first.
-- Parameters: load.
SELECT
    toString(report_id) AS id,
    title,
    toString(last_step) AS state,
    run_id
FROM reports
INNER JOIN (
    SELECT report_id, argMax(step, seq) AS last_step
    FROM report_steps
    GROUP BY report_id
) AS s USING report_id
WHERE last_step IN ('signed', 'sent')
    AND run_id IN (SELECT run_id FROM runs WHERE has(loads, {load:UInt32}))
ORDER BY prepared_at DESC, id
