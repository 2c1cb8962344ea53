-- What a reason explains of what was charged otherwise, by the units and months that it explains anything of. Parameters: run,
-- from, to; insurance, '' for any; employer and employee, 1 or 0; new, scenario place; reason, '' for nothing at all.
explained AS (
    SELECT period, unit_id, covered, sum(part.amount) AS amount
    FROM burdens
    ARRAY JOIN reasons AS part
    WHERE {reason:String} != ''
        AND (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
        AND period BETWEEN {from:UInt32} AND {to:UInt32}
        AND jianfu_is(insurance, {insurance:String})
        AND toString(part.reason) = {reason:String}
        AND part.scenario = {new:UInt8}
        AND ((part.payer = 'employer' AND {employer:Bool}) OR (part.payer = 'employee' AND {employee:Bool}))
    GROUP BY period, unit_id, covered
)
