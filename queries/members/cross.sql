-- Burdens by two dimensions at once over a window. Grain: one row a pair of members that has burdens. Order: by the
-- first dimension's key, then the second's. Parameters: rows and columns, the dimensions: province, city, county,
-- section, division, industry, size or month; run, from, to; scope; region, industry, size, economic_type, unit_kind,
-- insurance, '' for any; employer and employee, 1 or 0; old and new, scenario places.
WITH
    (yuan, kept) -> if(kept, yuan, toDecimal64('0', 2)) AS share,
    (by, place, trade, class, month) -> multiIf(
        by = 'province', concat(substring(place, 1, 2), '0000'),
        by = 'city', concat(substring(place, 1, 4), '00'),
        by = 'county', toString(place),
        by = 'section', substring(trade, 1, 1),
        by = 'division', substring(trade, 1, 3),
        by = 'industry', toString(trade),
        by = 'size', toString(class),
        toString(month)) AS member
SELECT
    member({rows:String}, region_code, industry_code, size, period) AS row,
    member({columns:String}, region_code, industry_code, size, period) AS column,
    sum(share(employer[{old:UInt8}], {employer:Bool}) + share(employee[{old:UInt8}], {employee:Bool})) AS old,
    sum(share(employer[{new:UInt8}], {employer:Bool}) + share(employee[{new:UInt8}], {employee:Bool})) AS new,
    sum(share(employer_charged, {employer:Bool}) + share(employee_charged, {employee:Bool})) AS charged
FROM cells
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
GROUP BY row, column
ORDER BY row, column
