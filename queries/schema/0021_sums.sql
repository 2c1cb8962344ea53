-- The money of an issue by what became of it, and in which months a unit was ever found. Rows of before count what was
-- exempted as outstanding.
ALTER TABLE issue_events {{.On}}
    ADD COLUMN IF NOT EXISTS corrected Decimal(18, 2) DEFAULT found - outstanding,
    ADD COLUMN IF NOT EXISTS exempted Decimal(18, 2) DEFAULT if(exemption = '', toDecimal64(0, 2), outstanding),
    ADD COLUMN IF NOT EXISTS reassessed Decimal(18, 2) DEFAULT 0
---
ALTER TABLE issue_heads {{.On}}
    ADD COLUMN IF NOT EXISTS corrected Decimal(18, 2) DEFAULT found - outstanding,
    ADD COLUMN IF NOT EXISTS exempted Decimal(18, 2) DEFAULT if(exemption = '', toDecimal64(0, 2), outstanding),
    ADD COLUMN IF NOT EXISTS reassessed Decimal(18, 2) DEFAULT 0
---
-- What a run verified, not a call: 数据核验通过 (proven), no longer 已回访.
INSERT INTO issue_heads (issue_id, seq, at, issue, number, state, source, nature, category, severity, title, unit_id, region_code, industry_code, size, bureau,
    registered_by, owner, handler, registered_at, clock_from, replied_at, verified_at, closed_at, pauses, extended, asked, run_id,
    measured_run, comparison, period_from, period_to, found, corrected, exempted, outstanding, reassessed, reasons, exemption, reopened, escalated)
SELECT
    issue_id, seq, at, replaceOne(h.issue, '"state":"verified"', '"state":"proven"') AS issue, number, 'proven' AS state, source,
    nature, category, severity, title, unit_id, region_code, industry_code, size, bureau,
    registered_by, owner, handler, registered_at, clock_from, replied_at, verified_at, closed_at, pauses, extended, asked, run_id,
    measured_run, comparison, period_from, period_to, found, corrected, exempted, outstanding, reassessed, reasons, exemption, reopened, escalated
FROM issue_heads AS h FINAL
WHERE h.state = 'verified'
    AND issue_id IN (
        SELECT issue_id
        FROM issue_events
        WHERE action IN ('cure', 'verify')
        GROUP BY issue_id
        HAVING argMax(action, seq) = 'cure')
---
-- found_months are all months in which a run ever found that the unit was charged too much: a finding is one that shows
-- another month, however often the same is computed.
ALTER TABLE cases {{.On}} ADD COLUMN IF NOT EXISTS found_months Array(UInt32)
---
DROP VIEW IF EXISTS issues {{.On}}
---
-- Issues as readers ask for them. Days are numbers since 1970, in Beijing, 0 for not yet: clock_day is when the clock
-- began, ended_day when it stopped for good, done_day when nothing was left to do; paused_days are the first and the last
-- days on which it stood still. reason is the one that most money was found for. found = corrected + exempted + outstanding
-- + reassessed; those of a merged issue are nought, because another issue has its money.
CREATE VIEW issues {{.On}} AS
WITH
    moment -> toUInt32(intDiv(toUnixTimestamp64Milli(moment) + 28800000, 86400000) * (toUnixTimestamp64Milli(moment) != 0)) AS beijing,
    amount -> if(h.state = 'merged', toDecimal64(0, 2), amount) AS held,
    toDateTime64(0, 3, 'UTC') AS never
SELECT
    h.issue_id AS issue_id,
    h.seq AS seq,
    h.at AS at,
    h.issue AS issue,
    h.number AS number,
    h.state AS state,
    h.source AS source,
    h.nature AS nature,
    h.category AS category,
    h.severity AS severity,
    h.title AS title,
    h.unit_id AS unit_id,
    h.region_code AS region_code,
    h.industry_code AS industry_code,
    h.size AS size,
    h.bureau AS bureau,
    h.registered_by AS registered_by,
    h.owner AS owner,
    h.handler AS handler,
    h.registered_at AS registered_at,
    h.verified_at AS verified_at,
    h.closed_at AS closed_at,
    beijing(h.registered_at) AS registered_day,
    beijing(h.clock_from) AS clock_day,
    beijing(multiIf(h.replied_at != never, h.replied_at, h.verified_at != never, h.verified_at, h.state = 'merged', h.at, never)) AS ended_day,
    beijing(if(h.state = 'merged', h.at, h.verified_at)) AS done_day,
    arrayMap(pause -> (beijing(pause.1), beijing(pause.2)), h.pauses) AS paused_days,
    h.extended AS extended,
    h.asked AS asked,
    h.run_id AS run_id,
    h.measured_run AS measured_run,
    h.comparison AS comparison,
    h.period_from AS period_from,
    h.period_to AS period_to,
    held(h.found) AS found,
    held(h.corrected) AS corrected,
    held(h.exempted) AS exempted,
    held(h.found - h.corrected - h.exempted - h.reassessed) AS outstanding,
    held(h.reassessed) AS reassessed,
    h.reasons AS reasons,
    if(empty(h.reasons), '', h.reasons[1]) AS reason,
    h.exemption AS exemption,
    h.reopened AS reopened,
    h.escalated AS escalated
FROM issue_heads AS h FINAL
