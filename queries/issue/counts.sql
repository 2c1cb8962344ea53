-- How many issues a filter finds by one or two dimensions, for several such pairs at once, how they do against their limits,
-- and what money they are about. Grain: one row a pair of dimensions and of their members. Order: by these.
-- Parameters: pairs of places of dimensions in the list below, 1 for none; region_digits and industry_digits, how many
-- characters of a code name a member; those of parts/issues_found.sql.
WITH
    {{.issues_found}},
    place -> multiIf(
        place = 2, rightPad(substring(region_code, 1, {region_digits:UInt8}), 6, '0'),
        place = 3, substring(industry_code, 1, {industry_digits:UInt8}),
        place = 4, size, place = 5, reason, place = 6, source, place = 7, nature, place = 8, category, place = 9, severity,
        place = 10, state, place = 11, owner, place = 12, handler, place = 13, bureau, place = 14, age, place = 15, pace, '') AS member
SELECT
    pair,
    member(pair[1]) AS key,
    member(pair[2]) AS second,
    count() AS issues,
    countIf(state NOT IN ('proven', 'verified', 'closed', 'merged')) AS open,
    countIf(pace = 'due_today') AS due_today,
    countIf(pace = 'overdue') AS overdue,
    countIf(pace = 'in_time') AS in_time,
    countIf(pace = 'late') AS late,
    countIf(pace = 'uncounted') AS uncounted,
    countIf(state = 'closed') AS closed,
    countIf(t.reopened > 0) AS reopened,
    countIf(t.escalated > 0) AS escalated,
    toInt64(quantileExactLowIf(took, pace IN ('in_time', 'late')) + quantileExactHighIf(took, pace IN ('in_time', 'late'))) AS median_halves, -- the two in the middle
    sum(t.found) AS found,
    sum(t.corrected) AS corrected,
    sum(t.exempted) AS exempted,
    sum(t.outstanding) AS outstanding,
    sum(t.reassessed) AS reassessed
FROM issues_found AS t
ARRAY JOIN {pairs:Array(Array(UInt8))} AS pair
GROUP BY pair, key, second
ORDER BY pair, key, second
