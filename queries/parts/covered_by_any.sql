-- Whether a row is of a run, within a scope, and covered by any comparison. Parameters: run; scope; olds, the places of the
-- comparisons' first scenarios.
(run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
AND jianfu_in_scope(region_code, {scope:Array(String)})
AND arrayExists(old -> bitTest(covered, old - 1), {olds:Array(UInt8)})
