-- What makes charged burdens differ from the new ones, in full. Grain: one row a unit, month, insurance, payer and reason.
-- Order: by the five. Parameters: run, from, to; scope; payers; old and new, scenario places.
SELECT
    unit_id,
    period,
    toString(insurance) AS insurance,
    toString(found.payer) AS payer,
    toString(found.reason) AS reason,
    found.amount AS amount
FROM burdens
ARRAY JOIN reasons AS found
WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
    AND period BETWEEN {from:UInt32} AND {to:UInt32}
    AND jianfu_in_scope(region_code, {scope:Array(String)})
    AND bitTest(covered, {old:UInt8} - 1)
    AND found.scenario = {new:UInt8}
    AND toString(found.payer) IN {payers:Array(String)}
ORDER BY unit_id, period, insurance, payer, toUInt8(found.reason)
