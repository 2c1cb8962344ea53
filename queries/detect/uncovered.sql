-- Records of some months that the default comparison's old policy has no rate for, employer's part. Parameters: run,
-- periods; old, the scenario's place.
INSERT INTO marks (run_id, period, unit_id, region_code, insurance, channel, mark, records, amount)
SELECT
    run_id,
    period,
    unit_id,
    region_code,
    insurance,
    '' AS channel,
    'uncovered' AS mark,
    records,
    employer_charged AS amount
FROM uncovered
WHERE run_id = {run:UInt32}
    AND period IN {periods:Array(UInt32)}
    AND NOT bitTest(covered, {old:UInt8} - 1)
