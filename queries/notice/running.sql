-- Issues whose clocks run: open, unanswered, and not waiting for somebody outside. Grain: one row an issue. Order: by issue.
-- Parameters: states.
WITH last AS (
    SELECT issue_id, max(seq) AS seq
    FROM issue_events
    GROUP BY issue_id
)
SELECT toString(issue_id) AS issue, number, title, toString(region_code) AS region, toString(bureau) AS bureau, state, nature, category,
    severity, owner, handler, clock_from, pauses.start AS paused, pauses.stop AS resumed, extended
FROM issue_events
WHERE (issue_id, seq) IN (SELECT issue_id, seq FROM last)
    AND has({states:Array(String)}, state)
    AND replied_at = toDateTime64(0, 3, 'UTC')
ORDER BY issue_id, at, nonce
LIMIT 1 BY issue_id
