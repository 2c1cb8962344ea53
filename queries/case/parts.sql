-- How many cases have each reason, cause, risk or insurance, and what it comes to in them; a case may have several. Grain: one
-- row a kind and id. Order: by the two.
-- Parameters: run; scope; region, industry, size, economic_type, unit_kind, '' for any; insurance, with a shortfall in it;
-- all, whether units count too that nothing was found for; state, level, reason, cause, risk, channel, '' for any; repeated
-- and below_peers, whether only those; searched, code and words, as in unit/list.sql; finding, an id or ''; chosen, the
-- only ones by unit and county, empty for any; issue: none,
-- open, closed or ''; by, the kinds.
-- An issue with money is about the case of its county, any other about the unit wherever it stands.
WITH
    (kind, list) -> if(has({by:Array(String)}, kind), arrayMap(x -> (kind, x.1, x.2), list), []) AS parts
SELECT
    part.1 AS dimension,
    toString(part.2) AS key,
    count() AS cases,
    sum(part.3) AS amount,
    sum(old) AS old_sum,
    sum(new) AS new_sum,
    sum(charged) AS charged_sum,
    sum(persons) AS persons_sum,
    sum(greatest(0, old - new)) AS entitled,
    sum(greatest(0, least(old - charged, old - new))) AS delivered,
    sum(greatest(0, charged - new)) AS overcharged,
    sum(greatest(0, new - charged)) AS undercharged,
    countIf(charged > new) AS units_over,
    countIf(charged < new) AS units_under
FROM cases_found(
    run = {run:UInt32}, scope = {scope:Array(String)}, region = {region:String}, industry = {industry:String}, size = {size:String},
    economic_type = {economic_type:String}, unit_kind = {unit_kind:String}, insurance = {insurance:String}, all = {all:Bool}, state = {state:String},
    level = {level:String}, reason = {reason:String}, cause = {cause:String}, risk = {risk:String}, channel = {channel:String},
    repeated = {repeated:Bool}, below_peers = {below_peers:Bool}, searched = {searched:Bool}, code = {code:String}, words = {words:Array(String)},
    finding = {finding:String}, chosen = {chosen:Array(String)}, issue = {issue:String})
ARRAY JOIN arrayConcat(
    parts('reason', arrayMap(x -> (x.1, x.2), reasons)),
    parts('cause', arrayMap(x -> (x.1, x.2), causes)),
    parts('risk', arrayMap(x -> (x.1, x.2), risks)),
    parts('insurance', insurances)) AS part
GROUP BY dimension, key
ORDER BY dimension, key
