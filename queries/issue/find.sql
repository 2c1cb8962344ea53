-- The issue that bears a number, where its region is within a scope. Grain: at most one row. Order: the first registered.
-- Parameters: number; scope.
SELECT toString(issue_id) AS issue
FROM issue_events
WHERE seq = 1
    AND number = {number:String}
    AND jianfu_in_scope(region_code, {scope:Array(String)})
ORDER BY at, issue_id
LIMIT 1
