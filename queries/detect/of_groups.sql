-- What of some months shows in groups as a whole: what rounding once for a unit leaves, and summary records, with what was
-- charged for their groups. Employer's part, default comparison. Parameters: run, periods; old and
-- new, scenario places.
INSERT INTO marks (run_id, period, unit_id, region_code, insurance, channel, mark, records, amount)
SELECT
    run_id,
    period,
    unit_id,
    region_code,
    insurance,
    '' AS channel,
    part.1 AS mark,
    part.2 AS records_of,
    part.3 AS amount
FROM burdens
ARRAY JOIN arrayConcat(
    arrayMap(
        r -> ('rounding', toUInt64(0), r.amount),
        arrayFilter(r -> r.payer = 'employer' AND r.scenario = {new:UInt8} AND r.reason = 'rounding', reasons)),
    if(estimates > 0, [('estimates', toUInt64(estimates), employer_charged)], [])) AS part
WHERE run_id = {run:UInt32}
    AND period IN {periods:Array(UInt32)}
    AND bitTest(covered, {old:UInt8} - 1)
    AND (notEmpty(reasons) OR estimates > 0)
