-- The cases that a filter finds, for acting on them together and for samples. Grain: one row a unit and county. Order: by
-- the two.
-- Parameters: run; scope; region, industry, size, economic_type, unit_kind, '' for any; insurance, with a shortfall in it;
-- all, whether units count too that nothing was found for; state, level, reason, cause, risk, channel, '' for any; repeated
-- and below_peers, whether only those; searched, code and words, as in unit/list.sql; finding, an id or ''; chosen, the
-- only ones by unit and county, empty for any; issue: none,
-- open, closed or ''; most, of rows.
-- An issue with money is about the case of its county, any other about the unit wherever it stands.
SELECT
    toString(unit_id) AS unit,
    toString(region_code) AS region,
    toString(size) AS size_of,
    toString(state) AS state_of,
    toString(level) AS level_of
FROM cases_found(
    run = {run:UInt32}, scope = {scope:Array(String)}, region = {region:String}, industry = {industry:String}, size = {size:String},
    economic_type = {economic_type:String}, unit_kind = {unit_kind:String}, insurance = {insurance:String}, all = {all:Bool}, state = {state:String},
    level = {level:String}, reason = {reason:String}, cause = {cause:String}, risk = {risk:String}, channel = {channel:String},
    repeated = {repeated:Bool}, below_peers = {below_peers:Bool}, searched = {searched:Bool}, code = {code:String}, words = {words:Array(String)},
    finding = {finding:String}, chosen = {chosen:Array(String)}, issue = {issue:String})
ORDER BY unit_id, region_code
LIMIT {most:UInt64}
