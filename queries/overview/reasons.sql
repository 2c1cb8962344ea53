-- What makes the charged burden differ from the new one over a window. Grain: one row a reason. Order: as the reasons
-- are numbered. Parameters: run, from, to; scope; region, industry, size, economic_type, unit_kind,
-- insurance, '' for any; employer and employee, 1 or 0; old and new, scenario places.
SELECT
    found.reason AS reason,
    uniqExact(unit_id) AS units,
    sum(found.amount) AS amount
FROM burdens
ARRAY JOIN reasons AS found
WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
    AND period BETWEEN {from:UInt32} AND {to:UInt32}
    AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
    AND startsWith(region_code, {region:String})
    AND (startsWith(industry_code, {industry:String}) OR {industry:String} = '-' AND industry_code = '')
    AND ({size:String} = '' OR toString(size) = {size:String})
    AND ({economic_type:String} = '' OR toString(economic_type) = {economic_type:String})
    AND ({unit_kind:String} = '' OR toString(unit_kind) = {unit_kind:String})
    AND ({insurance:String} = '' OR toString(insurance) = {insurance:String})
    AND bitTest(covered, {old:UInt8} - 1)
    AND found.scenario = {new:UInt8}
    AND ((found.payer = 'employer' AND {employer:Bool}) OR (found.payer = 'employee' AND {employee:Bool}))
GROUP BY reason
ORDER BY reason
