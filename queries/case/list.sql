-- A page of the cases of a run. Grain: one row a unit and county. Order: as by says, falling where descending, then by unit
-- and county; by score, equal ones by their shortfall first. Which are on the page is found first, and only they are read.
-- Parameters: those of parts/cases_found.sql (run, scope …); by, descending; skip and most, of rows.
WITH
    {{.cases_found}},
    (score, old, new, charged, persons, months, repeated, state) -> multiIf(
        {by:String} = 'score', toInt64(score),
        {by:String} = 'persons', toInt64(persons),
        {by:String} = 'months', toInt64(months),
        {by:String} = 'repeated', toInt64(repeated),
        {by:String} = 'state', toInt64(jianfu_state_order(state)),
        jianfu_figure({by:String}, reinterpretAsInt64(old), reinterpretAsInt64(new), reinterpretAsInt64(charged))) AS rank,
    page AS (
        SELECT
            region_code,
            unit_id
        FROM cases_found
        ORDER BY
            rank(score, old, new, charged, persons, months_short, repeated, state) * if({descending:Bool}, -1, 1),
            if({by:String} = 'score', -abs(charged - new), toDecimal64(0, 2)),
            unit_id,
            region_code
        LIMIT {skip:UInt64}, {most:UInt64}
    )
SELECT
    toString(c.unit_id) AS unit,
    name,
    toString(c.region_code) AS region,
    toString(c.industry_code) AS industry,
    toString(c.size) AS size,
    toString(c.economic_type) AS economic_type,
    toString(c.unit_kind) AS unit_kind,
    state,
    old,
    new,
    charged,
    persons,
    months,
    months_short,
    arrayMap(x -> toString(x), insurances.id) AS insurance_ids,
    arrayMap(x -> toInt64(x * 100), insurances.amount) AS insurance_fen,
    arrayMap(x -> toString(x), reasons.id) AS reason_ids,
    arrayMap(x -> toInt64(x * 100), reasons.amount) AS reason_fen,
    reasons.records AS reason_records,
    arrayMap(x -> toString(x), causes.id) AS cause_ids,
    arrayMap(x -> toInt64(x * 100), causes.amount) AS cause_fen,
    causes.records AS cause_records,
    arrayMap(x -> toString(x), risks.id) AS risk_ids,
    arrayMap(x -> toInt64(x * 100), risks.amount) AS risk_fen,
    risks.records AS risk_records,
    reference,
    headcount_growth,
    wage_growth,
    policy_growth,
    channel,
    found,
    score,
    level,
    repeated,
    peers,
    peer_share,
    own_share,
    below_peers
FROM cases AS c
WHERE run_id = {run:UInt32}
    AND (c.region_code, c.unit_id) IN (SELECT region_code, unit_id FROM page)
    AND jianfu_in_scope(c.region_code, {scope:Array(String)})
ORDER BY
    rank(score, old, new, charged, persons, months_short, repeated, state) * if({descending:Bool}, -1, 1),
    if({by:String} = 'score', -abs(charged - new), toDecimal64(0, 2)),
    c.unit_id,
    c.region_code
