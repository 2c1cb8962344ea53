-- Issues that lists show otherwise than their last steps left them, of those whose last step has a hash of its own. Grain: one row an issue. Order: by id.
WITH last AS (
    SELECT issue_id, max(seq) AS seq
    FROM issue_events
    GROUP BY issue_id
)
SELECT
    toString(issue_id) AS issue_id,
    max(number) AS number
FROM (
    SELECT
        issue_id, number, seq, cityHash64(issue, number, state, source, nature, category, severity, title, unit_id, region_code, industry_code, size,
            bureau, registered_by, owner, handler, registered_at, clock_from, replied_at, verified_at, closed_at, pauses, extended, asked, run_id,
            measured_run, comparison, period_from, period_to, found, corrected, exempted, outstanding, reassessed, reasons, exemption, reopened, escalated) AS shown
    FROM issue_heads FINAL
) AS h
WHERE (issue_id, seq, shown) NOT IN (
    SELECT
        issue_id, seq, cityHash64(issue, number, state, source, nature, category, severity, title, unit_id, region_code, industry_code, size,
            bureau, registered_by, owner, handler, registered_at, clock_from, replied_at, verified_at, closed_at, pauses, extended, asked, run_id,
            measured_run, comparison, period_from, period_to, found, corrected, exempted, outstanding, reassessed, reasons, exemption, reopened, escalated)
    FROM issue_events
    WHERE (issue_id, seq) IN (SELECT issue_id, seq FROM last)
)
    AND (issue_id, seq) IN (SELECT issue_id, seq FROM issue_events WHERE hash != '' AND (issue_id, seq) IN (SELECT issue_id, seq FROM last))
GROUP BY issue_id
ORDER BY issue_id
