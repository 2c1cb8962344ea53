-- Burdens of all months that a run has, before the cut too. Grain: one row a month. Order: by month.
-- Parameters: run; scope; employer and employee, 1 or 0; old and new, scenario places.
WITH (yuan, kept) -> if(kept, yuan, toDecimal64('0', 2)) AS share
SELECT
    period,
    sum(share(employer[{old:UInt8}], {employer:Bool}) + share(employee[{old:UInt8}], {employee:Bool})) AS old,
    sum(share(employer[{new:UInt8}], {employer:Bool}) + share(employee[{new:UInt8}], {employee:Bool})) AS new,
    sum(share(employer_charged, {employer:Bool}) + share(employee_charged, {employee:Bool})) AS charged,
    uniqExact(unit_id) AS units,
    sum(headcount) AS headcount
FROM unit_months
WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
    AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
    AND bitTest(covered, {old:UInt8} - 1)
GROUP BY period
ORDER BY period
