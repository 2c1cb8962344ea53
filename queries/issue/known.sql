-- Which of some ids are of issues that are registered. Grain: one row an issue. Order: by id. Parameters: issues.
SELECT DISTINCT toString(issue_id) AS issue
FROM issue_events
WHERE issue_id IN {issues:Array(String)}
    AND seq = 1
ORDER BY issue
