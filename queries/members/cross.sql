-- Burdens by two dimensions at once over a window. Grain: one row a pair of members that has burdens. Order: by the
-- first dimension's key, then the second's. Parameters: rows and columns, the dimensions: province, city, county,
-- section, division, industry, size or month; run, from, to; scope; region, industry, size, economic_type, unit_kind,
-- insurance, '' for any; employer and employee, 1 or 0; old and new, scenario places.
WITH
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
    sum(jianfu_paid(employer[{old:UInt8}], employee[{old:UInt8}], {employer:Bool}, {employee:Bool})) AS old,
    sum(jianfu_paid(employer[{new:UInt8}], employee[{new:UInt8}], {employer:Bool}, {employee:Bool})) AS new,
    sum(jianfu_paid(employer_charged, employee_charged, {employer:Bool}, {employee:Bool})) AS charged
FROM cells
WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
    AND period BETWEEN {from:UInt32} AND {to:UInt32}
    AND {{.within}}
    AND jianfu_is(insurance, {insurance:String})
    AND bitTest(covered, {old:UInt8} - 1)
GROUP BY row, column
ORDER BY row, column
