-- The steps of a report after its preparation. Grain: one row a step. Order: as they were taken; of several that were taken at
-- once, the one that won. Parameters: report.
SELECT
    seq,
    step,
    at,
    account,
    note,
    toString(nonce) AS nonce
FROM report_steps
WHERE report_id = {report:String}
ORDER BY seq, at, nonce
LIMIT 1 BY seq
