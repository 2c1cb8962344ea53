-- Write what issues are after events that no row in issue_heads was written for, because a crash came between.
INSERT INTO issue_heads (issue_id, seq, at, issue, number, state, source, nature, category, severity, title, unit_id, region_code, industry_code, size,
    bureau, registered_by, owner, handler, registered_at, clock_from, replied_at, verified_at, closed_at, pauses, extended, asked, run_id,
    measured_run, comparison, period_from, period_to, found, corrected, exempted, outstanding, reassessed, reasons, exemption, reopened, escalated)
SELECT
    issue_id, seq, at, issue, number, state, source, nature, category, severity, title, unit_id, region_code, industry_code, size, bureau,
    registered_by, owner, handler, registered_at, clock_from, replied_at, verified_at, closed_at, pauses, extended, asked, run_id,
    measured_run, comparison, period_from, period_to, found, corrected, exempted,
    outstanding, reassessed, reasons, exemption, reopened, escalated
FROM issue_events
WHERE (issue_id, seq) IN (SELECT issue_id, max(seq) FROM issue_events GROUP BY issue_id)
    AND (issue_id, seq) NOT IN (SELECT issue_id, seq FROM issue_heads)
ORDER BY issue_id, at, nonce
LIMIT 1 BY issue_id
