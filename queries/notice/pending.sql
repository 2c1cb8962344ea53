-- Notices of batches that a channel has neither sent nor been refused, with the last try. Grain: one row a notice. Order: by
-- account, batch and time. Parameters: channel; since_at (of the notices).
WITH
    tries AS (
        SELECT batch, max(attempt) AS attempt, max(at) AS tried_at, countIf(step IN ('sent', 'refused')) > 0 AS settled,
            countIf(step = 'sending') > countIf(step = 'failed') AS open
        FROM notice_deliveries
        WHERE channel = {channel:String}
        GROUP BY batch
    ),
    told AS (
        SELECT account, created_at, notice, batch, kind, number, region_code, due, rights, regions, address, facts
        FROM notices
        WHERE created_at >= fromUnixTimestamp64Milli({since_at:Int64}, 'UTC')
        ORDER BY created_at, batch
        LIMIT 1 BY notice
    )
SELECT told.account AS account, told.created_at AS created_at, toString(told.notice) AS notice, toString(told.batch) AS batch, told.kind AS kind,
    told.number AS number, toString(told.region_code) AS region, told.due AS due,
    told.rights AS rights, told.regions AS regions, told.address AS address, told.facts AS facts, tries.attempt AS attempt, tries.tried_at AS tried_at, tries.open AS open
FROM told
LEFT JOIN tries ON tries.batch = told.batch
WHERE NOT tries.settled
ORDER BY account, batch, created_at, notice
