-- How many cases there are and what they come to, by up to three dimensions together. Grain: one row a combination of
-- members. Order: by the three.
-- Parameters: run; scope; region, industry, size, economic_type, unit_kind, '' for any; insurance, with a shortfall in it;
-- all, whether units count too that nothing was found for; state, level, reason, cause, risk, channel, '' for any; repeated
-- and below_peers, whether only those; searched, code and words, as in unit/list.sql; finding, an id or ''; chosen, the
-- only ones by unit and county, empty for any; issue: none,
-- open, closed or ''; by, three dimensions, '' for none.
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
        '') AS member,
    known AS (
        SELECT unit_id, max(state NOT IN ('verified', 'closed', 'merged')) AS any_open
        FROM issues
        WHERE {issue:String} != ''
            AND unit_id != ''
            AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
        GROUP BY unit_id
    )
SELECT
    member({by:Array(String)}[1]) AS first,
    member({by:Array(String)}[2]) AS second,
    member({by:Array(String)}[3]) AS third,
    count() AS cases,
    sum(old) AS old_sum,
    sum(new) AS new_sum,
    sum(charged) AS charged_sum,
    sum(persons) AS persons_sum
FROM cases
WHERE run_id = {run:UInt32}
    AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
    AND startsWith(region_code, {region:String})
    AND (startsWith(industry_code, {industry:String}) OR {industry:String} = '-' AND industry_code = '')
    AND ({size:String} = '' OR toString(size) = {size:String})
    AND ({economic_type:String} = '' OR toString(economic_type) = {economic_type:String})
    AND ({unit_kind:String} = '' OR toString(unit_kind) = {unit_kind:String})
    AND ({insurance:String} = '' OR has(insurances.id, {insurance:String}))
    AND ({all:Bool} OR found)
    AND ({state:String} = '' OR state = {state:String})
    AND ({level:String} = '' OR level = {level:String})
    AND ({reason:String} = '' OR has(reasons.id, {reason:String}))
    AND ({cause:String} = '' OR has(causes.id, {cause:String}))
    AND ({risk:String} = '' OR has(risks.id, {risk:String}))
    AND ({channel:String} = '' OR channel = {channel:String})
    AND (NOT {repeated:Bool} OR repeated > 0)
    AND (NOT {below_peers:Bool} OR below_peers)
    AND (NOT {searched:Bool}
        OR {code:String} != '' AND startsWith(unit_id, {code:String})
        OR name IN (
            SELECT name
            FROM unit_names
            WHERE notEmpty({words:Array(String)})
                AND arrayAll(word -> position(folded, word) > 0 OR position(initials, word) > 0 OR startsWith(reading, word), {words:Array(String)})))
    AND (empty({chosen:Array(String)}) OR concat(unit_id, region_code) IN {chosen:Array(String)})
    AND ({finding:String} = '' OR (unit_id, region_code) IN (
        SELECT unit_id, region_code
        FROM finding_units
        WHERE run_id = {run:UInt32}
            AND finding_id = {finding:String}))
    AND ({issue:String} = ''
        OR {issue:String} = 'none' AND toString(unit_id) NOT IN (SELECT unit_id FROM known)
        OR {issue:String} = 'open' AND toString(unit_id) IN (SELECT unit_id FROM known WHERE any_open)
        OR {issue:String} = 'closed' AND toString(unit_id) IN (SELECT unit_id FROM known WHERE NOT any_open))
GROUP BY first, second, third
ORDER BY first, second, third
