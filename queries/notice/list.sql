-- The notices of an account that jianfu_told tells the reader. Grain: one row a notice. Order: the latest first; of one round what is due first.
-- Parameters: account; rights and scope, which the reader has now; least, persons from which on no title is concealed; unread (those not seen alone); first; rows.
WITH
    {{.issues_seen}},
    seen AS (
        SELECT notice, min(read_at) AS read_at
        FROM notice_reads
        WHERE account = {account:String}
        GROUP BY notice
    ),
    told AS (
        SELECT notice, issue_id, kind, number, title, due, by, created_at, address, facts
        FROM notices
        WHERE account = {account:String}
            AND jianfu_told(rights, regions, region_code, {rights:Array(String)}, {scope:Array(String)})
        ORDER BY created_at, batch
        LIMIT 1 BY notice
    )
SELECT toString(told.notice) AS notice, told.kind AS kind, told.number AS number, if(told.issue_id IN (SELECT issue_id FROM issues_seen WHERE concealed), '', told.title) AS title, told.due AS due, told.by AS by,
    told.created_at AS created_at, seen.read_at AS read_at,
    told.address AS address, told.facts AS facts
FROM told
LEFT JOIN seen ON seen.notice = told.notice
WHERE NOT {unread:Bool} OR seen.read_at = toDateTime64(0, 3, 'UTC')
ORDER BY created_at DESC, due = 0, due, number, notice
LIMIT {first:UInt64}, {rows:UInt64}
