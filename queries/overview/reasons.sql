-- What makes the charged burden differ from the new one over a window. Grain: one row a reason. Order: as the reasons
-- are numbered. Parameters: run, from, to; scope; employer and employee, 1 or 0; old and new, scenario places.
SELECT
    found.reason AS reason,
    uniqExact(unit_id) AS units,
    sum(found.amount) AS amount
FROM burdens
ARRAY JOIN reasons AS found
WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
    AND period BETWEEN {from:UInt32} AND {to:UInt32}
    AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
    AND bitTest(covered, {old:UInt8} - 1)
    AND found.scenario = {new:UInt8}
    AND ((found.payer = 'employer' AND {employer:Bool}) OR (found.payer = 'employee' AND {employee:Bool}))
GROUP BY reason
ORDER BY reason
