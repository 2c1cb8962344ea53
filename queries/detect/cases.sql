-- The cases of a run, one a unit and county, from the burdens and marks of all months that it shows; see the table cases.
-- Amounts are fen in whole numbers. Growth is that of internal/burden.GrowthOf, the score that of internal/detection.
-- repeated is how many distinct findings there were before: what shows no month that was not found before is the same one, however
-- often it is computed.
-- Parameters: run; from and to, the window; first_effect, the month; loads; before, the run before, 0 for none; old and new,
-- scenario places; reasons, causes and risks, ids; rules and leasts, from which amount on a rule makes a case, in parallel;
-- amount_steps, month_steps, person_steps, repeated_steps and weights (amount, months, persons, small, repeated), of the
-- score; level_steps and levels, the names; least_peers; share_below, in millionths. Shares of the due cut that arrived are whole
-- numbers of 10^-12, fine enough that no two that differ are taken for equal; middle is twice their median, which of an even
-- number is the mean of the two in the middle.
INSERT INTO cases (run_id, unit_id, region_code, name, industry_code, size, economic_type, unit_kind, state, old, new, charged, persons, months,
    months_short, insurances, reasons, causes, risks, reference, headcount_growth, wage_growth, policy_growth, channel, found, money, score,
    level, repeated, peers, peer_share, own_share, below_peers, found_months)
WITH
    x -> reinterpret(toInt64(x), 'Decimal(18, 2)') AS yuan,
    (ids, list) -> arrayMap(m -> (m.1, yuan(m.2), toUInt64(m.3)), arraySort(m -> (-abs(m.2), m.1), arrayFilter(m -> has(ids, m.1), list))) AS listed,
    {{.cases_judged}}
SELECT
    {run:UInt32} AS run_id,
    unit_id,
    region_code,
    name,
    placed.1 AS industry_code,
    placed.2 AS size,
    placed.3 AS economic_type,
    placed.4 AS unit_kind,
    state,
    yuan(j.old) AS old,
    yuan(j.new) AS new,
    yuan(j.charged) AS charged,
    persons,
    months,
    months_short,
    arrayMap((id, fen) -> (id, yuan(fen)), by_insurance.1, by_insurance.2) AS insurances,
    listed({reasons:Array(String)}, arrayFilter(x -> x.2 != 0, found_marks)) AS reasons,
    listed({causes:Array(String)}, arrayFilter(x -> x.2 = 0 OR flagged(x), found_marks)) AS causes,
    listed({risks:Array(String)}, arrayFilter(x -> x.2 > 0, found_marks)) AS risks,
    reference.1 AS reference,
    yuan(by_heads) AS headcount_growth,
    yuan(by_wages) AS wage_growth,
    yuan(by_policy) AS policy_growth,
    arraySort(c -> (-c.1, c.2), by_channel)[1].2 AS channel,
    found,
    money,
    if(found, points_of, 0) AS score,
    if(found, {levels:Array(String)}[1 + arrayCount(step -> points_of * 100 >= step, {level_steps:Array(Int64)})], '') AS level,
    repeated,
    if(comparable, countIf(comparable) OVER peers_of, 0) AS peers,
    reinterpret(toInt32(intDiv((if(peers > 0, quantileExactLowIf(share, comparable) OVER peers_of + quantileExactHighIf(share, comparable) OVER peers_of, 0) AS middle), 2000000)), 'Decimal(9, 6)') AS peer_share,
    reinterpret(toInt32(intDiv(share, 1000000)), 'Decimal(9, 6)') AS own_share,
    peers >= {least_peers:UInt32} AND middle - 2 * share >= 2000000 * {share_below:Int64} AS below_peers,
    j.found_months AS found_months
FROM cases_judged AS j
WINDOW peers_of AS (PARTITION BY region_code, left(placed.1, 1), placed.2)
