-- How many cases there are and what they come to, each by itself (see overview/member_states.sql), by up to three dimensions together. Grain: one row a combination of
-- members. Order: by the three.
-- Parameters: run; scope; region, industry, size, economic_type, unit_kind, '' for any; insurance, with a shortfall in it;
-- all, whether units count too that nothing was found for; state, level, reason, cause, risk, channel, '' for any; repeated
-- and below_peers, whether only those; searched, code and words, as in unit/list.sql; finding, an id or ''; chosen, the
-- only ones by unit and county, empty for any; issue: none,
-- open, closed or ''; by, three dimensions, '' for none.
-- An issue with money is about the case of its county, any other about the unit wherever it stands.
WITH
    dimension -> multiIf(
        dimension = 'city', concat(left(region_code, 4), '00'),
        dimension = 'county', toString(region_code),
        dimension = 'section', left(industry_code, 1),
        dimension = 'size', toString(size),
        dimension = 'economic_type', toString(economic_type),
        dimension = 'unit_kind', toString(unit_kind),
        dimension = 'state', toString(state),
        dimension = 'level', toString(level),
        dimension = 'channel', toString(channel),
        '') AS member
SELECT
    member({by:Array(String)}[1]) AS first,
    member({by:Array(String)}[2]) AS second,
    member({by:Array(String)}[3]) AS third,
    count() AS cases,
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
GROUP BY first, second, third
ORDER BY first, second, third
