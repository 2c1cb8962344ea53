-- The systemic findings of a run whose whole place lies in the scope, each with how many of its units there has been an
-- open issue about. Grain: one row a finding. Order: the most units first, then the largest amount, then by id.
-- Parameters: run; scope; region, a place that the finding lies in, or that lies in the finding's; insurance, reason,
-- '' for any; finding, an id, or '' for all.
WITH
    open_units AS (
        SELECT unit_id
        FROM issues
        WHERE state NOT IN ('proven', 'verified', 'closed', 'merged')
            AND unit_id != ''
            AND jianfu_in_scope(region_code, {scope:Array(String)})
    ),
    handled AS (
        SELECT finding_id, uniqExact(unit_id) AS units
        FROM finding_units
        WHERE run_id = {run:UInt32}
            AND toString(unit_id) IN open_units
            AND jianfu_in_scope(region_code, {scope:Array(String)})
        GROUP BY finding_id
    )
SELECT
    toString(f.finding_id) AS id,
    f.rule AS rule_of,
    f.reason AS reason_of,
    toString(f.region_code) AS place,
    f.insurance AS insurance_of,
    f.channel AS channel_of,
    f.period_from AS first,
    f.period_to AS last,
    f.units AS units_of,
    f.of AS concerned,
    f.amount AS amount_of,
    h.units AS handled_units
FROM findings AS f
LEFT ANY JOIN handled AS h ON h.finding_id = f.finding_id
WHERE f.run_id = {run:UInt32}
    AND jianfu_in_scope(multiIf(
        f.rule = 'county', toString(f.region_code),
        f.rule = 'channel', left(f.region_code, 4),
        left(f.region_code, 2)), {scope:Array(String)})
    AND (startsWith(f.region_code, {region:String})
        OR startsWith({region:String}, multiIf(f.rule = 'county', toString(f.region_code), f.rule = 'channel', left(f.region_code, 4), left(f.region_code, 2))))
    AND jianfu_is(f.insurance, {insurance:String})
    AND jianfu_is(f.reason, {reason:String})
    AND jianfu_is(f.finding_id, {finding:String})
ORDER BY units_of DESC, amount_of DESC, id
