-- Burdens of the members of some dimensions over a window. Grain: one row a dimension and member. Order: by dimension,
-- then the largest old burden first. Parameters: by, the dimensions; region_digits and industry_digits, how many
-- characters of a code name a member; run, from, to; scope; region, industry, size, economic_type, unit_kind, insurance,
-- '' for any; employer and employee, 1 or 0; old and new, scenario places.
WITH
    (yuan, kept) -> if(kept, yuan, toDecimal64('0', 2)) AS share,
    added AS (
        SELECT
            substring(region_code, 1, {region_digits:UInt8}) AS area,
            substring(industry_code, 1, {industry_digits:UInt8}) AS section,
            size,
            economic_type,
            unit_kind,
            insurance,
            sum(share(employer[{old:UInt8}], {employer:Bool}) + share(employee[{old:UInt8}], {employee:Bool})) AS old_part,
            sum(share(employer[{new:UInt8}], {employer:Bool}) + share(employee[{new:UInt8}], {employee:Bool})) AS new_part,
            sum(share(employer_charged, {employer:Bool}) + share(employee_charged, {employee:Bool})) AS charged_part,
            sum(headcount) AS months
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
        GROUP BY area, section, size, economic_type, unit_kind, insurance
    )
SELECT
    place.1 AS dimension,
    place.2 AS key,
    sum(old_part) AS old,
    sum(new_part) AS new,
    sum(charged_part) AS charged,
    sum(months) AS headcount
FROM added
ARRAY JOIN [
    ('total', ''),
    ('region', rightPad(area, 6, '0')),
    ('section', section),
    ('size', toString(size)),
    ('economic_type', toString(economic_type)),
    ('unit_kind', toString(unit_kind)),
    ('insurance', toString(insurance))] AS place
WHERE dimension IN {by:Array(String)}
GROUP BY dimension, key
ORDER BY dimension, old DESC, key
