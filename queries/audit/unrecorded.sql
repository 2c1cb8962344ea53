-- Steps of issues that the audit log does not name by their hash. Grain: one row a step. Order: by the issue's number, then
-- by step.
SELECT
    number,
    seq
FROM issue_events
WHERE hash != ''
    AND hash NOT IN (
        SELECT details['hash']
        FROM audit
        WHERE action = 'issue_changed'
    )
ORDER BY number, seq, hash
