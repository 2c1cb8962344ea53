-- Burdens of the members of some dimensions over a window. Grain: one row a dimension and member. Order: by dimension,
-- then the largest old burden first. Parameters: by, the dimensions; region_digits and industry_digits, how many
-- characters of a code name a member; run, from, to; scope; region, industry, size, economic_type, unit_kind, insurance,
-- '' for any; employer and employee, 1 or 0; steps, the places of the comparison's scenarios from old to new; old, the first.
WITH
    added AS (
        SELECT
            substring(region_code, 1, {region_digits:UInt8}) AS area,
            substring(industry_code, 1, {industry_digits:UInt8}) AS section,
            size,
            economic_type,
            unit_kind,
            insurance,
            sumForEach(arrayMap(step -> jianfu_paid(employer[step], employee[step], {employer:Bool}, {employee:Bool}), {steps:Array(UInt8)})) AS owed_parts,
            sum(jianfu_paid(employer_charged, employee_charged, {employer:Bool}, {employee:Bool})) AS charged_part,
            sum(headcount) AS months
        FROM cells
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND {{.within}}
            AND jianfu_is(insurance, {insurance:String})
            AND bitTest(covered, {old:UInt8} - 1)
        GROUP BY area, section, size, economic_type, unit_kind, insurance
    )
SELECT
    place.1 AS dimension,
    place.2 AS key,
    sumForEach(owed_parts)[1] AS old,
    sumForEach(owed_parts)[-1] AS new,
    sum(charged_part) AS charged,
    sum(months) AS headcount,
    arrayMap(
        (before, after) -> toInt64((before - after) * 100),
        arrayPopBack(sumForEach(owed_parts)),
        arrayPopFront(sumForEach(owed_parts))) AS effects_fen
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
