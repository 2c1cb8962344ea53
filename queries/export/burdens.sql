-- Burdens as recompute stored them. Grain: one row a unit, month, insurance and payer. Order: by the four.
-- Parameters: run, from, to; scope; payers; steps, the places of the comparison's scenarios from old to new.
SELECT
    unit_id,
    period,
    insurance,
    payer,
    headcount,
    wage,
    owed[{steps:Array(UInt8)}[1]] AS old,
    owed[{steps:Array(UInt8)}[-1]] AS new,
    charged,
    arrayMap(
        (before, after) -> toInt64((owed[before] - owed[after]) * 100),
        arrayPopBack({steps:Array(UInt8)}), arrayPopFront({steps:Array(UInt8)})) AS effects_fen
FROM (
    SELECT
        unit_id,
        period,
        insurance,
        headcount,
        wage,
        arrayJoin([('employer', employer, employer_charged), ('employee', employee, employee_charged)]) AS side,
        side.1 AS payer,
        side.2 AS owed,
        side.3 AS charged
    FROM burdens
    WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
        AND period BETWEEN {from:UInt32} AND {to:UInt32}
        AND jianfu_in_scope(region_code, {scope:Array(String)})
        AND bitTest(covered, {steps:Array(UInt8)}[1] - 1)
)
WHERE payer IN {payers:Array(String)}
ORDER BY unit_id, period, toString(insurance), payer
