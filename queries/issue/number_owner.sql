-- Which issue has a number. Grain: one row. Order: the first that took it. Parameters: bureau; year; number.
SELECT toString(issue_id) AS issue
FROM issue_numbers
WHERE bureau = {bureau:String}
    AND year = {year:UInt16}
    AND number = {number:UInt32}
ORDER BY taken_at, issue_id
LIMIT 1
