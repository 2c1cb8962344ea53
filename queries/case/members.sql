-- How many cases there are and what they come to, by the members of some dimensions; a case may be under several of a
-- reason, cause or risk, with the part that is its own there. Grain: one row a dimension and member. Order: by the two.
-- Parameters: run; scope; region, industry, size, economic_type, unit_kind, '' for any; insurance, with a shortfall in it;
-- all, whether units count too that nothing was found for; state, level, reason, cause, risk, channel, '' for any; repeated
-- and below_peers, whether only those; searched, code and words, as in unit/list.sql; finding, an id or ''; chosen, the
-- only ones by unit and county, empty for any; issue: none,
-- open, closed or ''; by, the dimensions.
WITH
    known AS (
        SELECT unit_id, max(state NOT IN ('verified', 'closed', 'merged')) AS any_open
        FROM issues
        WHERE {issue:String} != ''
            AND unit_id != ''
            AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
        GROUP BY unit_id
    )
SELECT
    member.1 AS dimension,
    member.2 AS key,
    count() AS cases,
    sum(member.3) AS amount,
    sum(old) AS old_sum,
    sum(new) AS new_sum,
    sum(charged) AS charged_sum,
    sum(persons) AS persons_sum
FROM (
    SELECT
        old,
        new,
        charged,
        persons,
        arrayConcat(
            arrayMap(d -> (d, multiIf(
                d = 'city', concat(left(region_code, 4), '00'),
                d = 'county', toString(region_code),
                d = 'section', left(industry_code, 1),
                d = 'size', toString(size),
                d = 'economic_type', toString(economic_type),
                d = 'unit_kind', toString(unit_kind),
                d = 'state', toString(state),
                d = 'level', toString(level),
                d = 'channel', toString(channel),
                ''), charged - new), arrayFilter(d -> d NOT IN ('reason', 'cause', 'risk', 'insurance'), {by:Array(String)})),
            if(has({by:Array(String)}, 'reason'), arrayMap(x -> ('reason', toString(x.1), x.2), reasons), []),
            if(has({by:Array(String)}, 'cause'), arrayMap(x -> ('cause', toString(x.1), x.2), causes), []),
            if(has({by:Array(String)}, 'risk'), arrayMap(x -> ('risk', toString(x.1), x.2), risks), []),
            if(has({by:Array(String)}, 'insurance'), arrayMap(x -> ('insurance', toString(x.1), x.2), insurances), [])) AS keys
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
)
ARRAY JOIN keys AS member
GROUP BY dimension, key
ORDER BY dimension, key
