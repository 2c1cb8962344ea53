-- The cases of one unit in a run: one, or of a unit that has moved one a county. Grain: one row a county. Order: the largest
-- number of months first, then by county. Parameters: run; scope; unit.
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
    AND jianfu_in_scope(region_code, {scope:Array(String)})
    AND unit_id = {unit:String}
ORDER BY months DESC, c.region_code
