-- What a run stored of one unit over a window, all insurances together: the figures that lists show. Grain: one row.
-- Parameters: run, from, to; unit; scope; employer and employee, 1 or 0; old and new, scenario places.
WITH (yuan, kept) -> if(kept, yuan, toDecimal64('0', 2)) AS share
SELECT
    sum(share(employer[{old:UInt8}], {employer:Bool}) + share(employee[{old:UInt8}], {employee:Bool})) AS old,
    sum(share(employer[{new:UInt8}], {employer:Bool}) + share(employee[{new:UInt8}], {employee:Bool})) AS new,
    sum(share(employer_charged, {employer:Bool}) + share(employee_charged, {employee:Bool})) AS charged
FROM unit_months
WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
    AND period BETWEEN {from:UInt32} AND {to:UInt32}
    AND unit_id = toFixedString({unit:String}, 18)
    AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
    AND bitTest(covered, {old:UInt8} - 1)
