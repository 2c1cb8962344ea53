-- All steps of issues, for checking their chains; it is not for readers. Of two steps of one number, which only a store that
-- forgot a token can have, the first written counts. times are the pauses, milliseconds since 1970. Grain: one row a step. Order: by
-- issue, then by number. Parameters: issue, or '' for all.
SELECT
    toString(issue_id) AS issue_id, seq, toString(nonce) AS nonce, toString(action) AS action, at, by, event, issue, number,
    toString(state) AS state, toString(source) AS source, toString(nature) AS nature, toString(category) AS category,
    toString(severity) AS severity, title, unit_id, toString(region_code) AS region_code, toString(industry_code) AS industry_code,
    toString(size) AS size, toString(bureau) AS bureau, registered_by, owner, handler, registered_at, clock_from, replied_at, verified_at,
    closed_at, arrayMap(pause -> [toUnixTimestamp64Milli(pause.1), toUnixTimestamp64Milli(pause.2)], pauses) AS times, extended, asked, run_id,
    measured_run, toString(comparison) AS comparison, period_from, period_to, found, corrected, exempted, outstanding, reassessed,
    CAST(reasons, 'Array(String)') AS reasons, toString(exemption) AS exemption, reopened, escalated, mentions, hash
FROM issue_events
WHERE {issue:String} = '' OR issue_id = {issue:String}
ORDER BY issue_id, seq, issue_events.at, nonce
LIMIT 1 BY issue_id, seq
