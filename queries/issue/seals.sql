-- The seals of the steps that had no hash of their own. Grain: one row an issue. Order: by issue.
SELECT toString(issue_id) AS issue_id, seq, hash, sealed_at
FROM issue_seals
ORDER BY issue_id, sealed_at
LIMIT 1 BY issue_id
