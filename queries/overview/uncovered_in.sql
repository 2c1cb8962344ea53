-- Records of a window that the comparison's old policy has no rate for, and the units that have them: in no burden.
-- Grain: one row. Parameters: run, from, to; scope; region, insurance, '' for any; old, a scenario's place.
SELECT
    sum(records) AS all_records,
    uniqExact(unit_id) AS units
FROM uncovered
WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
    AND period BETWEEN {from:UInt32} AND {to:UInt32}
    AND jianfu_in_scope(region_code, {scope:Array(String)})
    AND startsWith(region_code, {region:String})
    AND jianfu_is(insurance, {insurance:String})
    AND NOT bitTest(covered, {old:UInt8} - 1)
