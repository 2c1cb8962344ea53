-- Merged issues that were about what a unit was charged too much, in all regions. Grain: one row an issue. Order: by id.
-- Parameters: none.
SELECT
    toString(issue_id) AS issue_id,
    issue
FROM issues
WHERE state = 'merged'
    AND comparison != ''
    AND unit_id != ''
ORDER BY issue_id
