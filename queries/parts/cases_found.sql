-- The cases of a run that a filter finds. Grain: one row a unit and county.
-- Parameters: run; scope; region, industry, size, economic_type, unit_kind, '' for any; insurance, with a shortfall in it;
-- all, whether units count too that nothing was found for; state, level, reason, cause, risk, channel, '' for any; repeated
-- and below_peers, whether only those; searched, code and words, as in unit/list.sql; finding, an id or ''; chosen, the
-- only ones by unit and county, empty for any; issue: none, open, closed or ''.
-- An issue with money is about the case of its county, any other about the unit wherever it stands.
known AS (
    SELECT concat(unit_id, if(found > 0, toString(region_code), '')) AS about, max(state NOT IN ('proven', 'verified', 'closed', 'merged')) AS any_open
    FROM issues
    WHERE {issue:String} != ''
        AND unit_id != ''
        AND jianfu_in_scope(region_code, {scope:Array(String)})
    GROUP BY about
),
cases_found AS (
    SELECT
        region_code, unit_id, industry_code, size, economic_type, unit_kind, state, level, channel, old, new, charged, persons, months_short, repeated, score,
        insurances, reasons, causes, risks
    FROM cases
    WHERE run_id = {run:UInt32}
        AND {{.within}}
        AND ({insurance:String} = '' OR has(insurances.id, {insurance:String}))
        AND ({all:Bool} OR found)
        AND jianfu_is(state, {state:String})
        AND jianfu_is(level, {level:String})
        AND ({reason:String} = '' OR has(reasons.id, {reason:String}))
        AND ({cause:String} = '' OR has(causes.id, {cause:String}))
        AND ({risk:String} = '' OR has(risks.id, {risk:String}))
        AND jianfu_is(channel, {channel:String})
        AND (NOT {repeated:Bool} OR repeated > 0)
        AND (NOT {below_peers:Bool} OR below_peers)
        AND (NOT {searched:Bool}
            OR {code:String} != '' AND startsWith(unit_id, {code:String})
            OR {{.name_found}})
        AND (empty({chosen:Array(String)}) OR concat(unit_id, region_code) IN {chosen:Array(String)})
        AND ({finding:String} = '' OR (unit_id, region_code) IN (
            SELECT unit_id, region_code
            FROM finding_units
            WHERE run_id = {run:UInt32}
                AND finding_id = {finding:String}))
        AND ({issue:String} = ''
            OR {issue:String} = 'none' AND NOT (toString(unit_id) IN (SELECT about FROM known) OR concat(unit_id, region_code) IN (SELECT about FROM known))
            OR {issue:String} = 'open' AND (toString(unit_id) IN (SELECT about FROM known WHERE any_open) OR concat(unit_id, region_code) IN (SELECT about FROM known WHERE any_open))
            OR {issue:String} = 'closed' AND (toString(unit_id) IN (SELECT about FROM known WHERE NOT any_open) OR concat(unit_id, region_code) IN (SELECT about FROM known WHERE NOT any_open)) AND NOT (toString(unit_id) IN (SELECT about FROM known WHERE any_open) OR concat(unit_id, region_code) IN (SELECT about FROM known WHERE any_open)))
)
