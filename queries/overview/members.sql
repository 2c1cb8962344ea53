-- Burdens of the members of one dimension over a window. Grain: one row a member. Order: the largest old burden first.
-- Parameters: by, the dimension; run, from, to; scope; region, industry, size, economic_type, unit_kind, insurance, ''
-- for any; employer and employee, 1 or 0; old and new, scenario places.
WITH
    (yuan, kept) -> if(kept, yuan, toDecimal64('0', 2)) AS share,
    multiIf(
        {by:String} = 'total', '',
        {by:String} = 'province', concat(substring(region_code, 1, 2), '0000'),
        {by:String} = 'city', concat(substring(region_code, 1, 4), '00'),
        {by:String} = 'county', toString(region_code),
        {by:String} = 'section', substring(industry_code, 1, 1),
        {by:String} = 'division', substring(industry_code, 1, 3),
        {by:String} = 'industry', toString(industry_code),
        {by:String} = 'size', toString(size),
        {by:String} = 'economic_type', toString(economic_type),
        {by:String} = 'unit_kind', toString(unit_kind),
        toString(insurance)) AS member
SELECT
    member AS key,
    sum(share(employer[{old:UInt8}], {employer:Bool}) + share(employee[{old:UInt8}], {employee:Bool})) AS old,
    sum(share(employer[{new:UInt8}], {employer:Bool}) + share(employee[{new:UInt8}], {employee:Bool})) AS new,
    sum(share(employer_charged, {employer:Bool}) + share(employee_charged, {employee:Bool})) AS charged,
    sum(headcount) AS headcount
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
GROUP BY member
ORDER BY old DESC, key
