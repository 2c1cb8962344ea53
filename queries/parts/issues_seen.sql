-- Issues as somebody sees them who is kept from figures about fewer than least persons; 0 is for whoever is kept from none. An
-- issue about a unit with fewer, in some month that the issue is about, is concealed: it has no unit, words, reasons and
-- money, nor what narrows it to the unit or tells how much it is about, as its severity does, so that no filter finds it by them and no
-- order or sum gives them away. So is one with money about a unit of which the current run knows nothing. When, where and how it is
-- dealt with stays.
-- Grain: one row an issue. Parameters: least.
persons AS (
    SELECT
        toString(unit_id) AS unit,
        groupArray(period) AS months,
        groupArrayIf(period, headcount < {least:UInt64}) AS few
    FROM unit_months
    WHERE {least:UInt64} > 0
        AND (run_id, period) IN (
            SELECT computed_by, period
            FROM run_periods
            WHERE run_id = (SELECT max(run_id) FROM runs WHERE state = 'published'))
        AND unit_id IN (SELECT toFixedString(h.unit_id, 18) FROM issue_heads AS h WHERE length(h.unit_id) = 18)
    GROUP BY unit
),
issues_seen AS (
    SELECT
        i.issue_id AS issue_id,
        i.seq AS seq,
        i.at AS at,
        i.issue AS issue,
        i.number AS number,
        i.state AS state,
        i.source AS source,
        i.nature AS nature,
        i.category AS category,
        i.region_code AS region_code,
        i.bureau AS bureau,
        i.owner AS owner,
        i.handler AS handler,
        i.registered_at AS registered_at,
        i.registered_day AS registered_day,
        i.clock_day AS clock_day,
        i.ended_day AS ended_day,
        i.done_day AS done_day,
        i.asked AS asked,
        i.reopened AS reopened,
        i.escalated AS escalated,
        {least:UInt64} > 0 AND i.unit_id != '' AND if(
            arrayExists(month -> i.period_from = 0 OR month BETWEEN i.period_from AND i.period_to, p.months),
            arrayExists(month -> i.period_from = 0 OR month BETWEEN i.period_from AND i.period_to, p.few),
            i.found != 0 OR notEmpty(i.reasons)) AS concealed,
        if(concealed, '', i.severity) AS severity,
        if(concealed, '', i.title) AS title,
        if(concealed, '', i.unit_id) AS unit_id,
        if(concealed, '', i.industry_code) AS industry_code,
        if(concealed, '', i.size) AS size,
        if(concealed, [], i.reasons) AS reasons,
        if(concealed, '', i.reason) AS reason,
        if(concealed, toDecimal64(0, 2), i.found) AS found,
        if(concealed, toDecimal64(0, 2), i.corrected) AS corrected,
        if(concealed, toDecimal64(0, 2), i.exempted) AS exempted,
        if(concealed, toDecimal64(0, 2), i.outstanding) AS outstanding,
        if(concealed, toDecimal64(0, 2), i.reassessed) AS reassessed
    FROM issues AS i
    LEFT JOIN persons AS p ON p.unit = i.unit_id
)
