-- How many notices an account has about issues within a scope, and how many of them were not seen. Grain: one row.
-- Parameters: account; scope.
WITH seen AS (
    SELECT notice
    FROM notice_reads
    WHERE account = {account:String}
)
SELECT uniqExact(notice) AS told, uniqExactIf(notice, notice NOT IN (SELECT notice FROM seen)) AS unread
FROM notices
WHERE account = {account:String}
    AND jianfu_in_scope(region_code, {scope:Array(String)})
