-- How many notices an account has, and how many of them were not seen: those that jianfu_told tells the reader. Grain: one row.
-- Parameters: account; rights and scope, which the reader has now.
WITH seen AS (
    SELECT notice
    FROM notice_reads
    WHERE account = {account:String}
)
SELECT uniqExact(notice) AS told, uniqExactIf(notice, notice NOT IN (SELECT notice FROM seen)) AS unread
FROM notices
WHERE account = {account:String}
    AND jianfu_told(rights, regions, region_code, {rights:Array(String)}, {scope:Array(String)})
