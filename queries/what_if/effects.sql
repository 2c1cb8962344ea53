-- What changes do to the burdens of units in some months, added up: how many pay less, more or the same, how much less and how much
-- more, their burden before and after, the persons behind them, and those of the units whose burden changes. Grain: one row a dimension (total, region,
-- section, size) and member. Order: by dimension and member.
-- Parameters: region_digits and industry_digits, how many characters of a code name a region and an industry; run, from, to; scope; region, industry, size, economic_type,
-- unit_kind, '' for any; employer and employee, 1 or 0; old and new, scenario places.
WITH
    units AS (
        SELECT
            unit_id,
            argMax(region_code, (period, region_code)) AS area, -- where it was last
            argMax(industry_code, (period, industry_code)) AS industry,
            toString(argMax(unit_months.size, (period, unit_months.size))) AS size,
            max(headcount) AS persons,
            sum(jianfu_paid(employer[{old:UInt8}], employee[{old:UInt8}], {employer:Bool}, {employee:Bool})) AS old,
            sum(jianfu_paid(employer[{new:UInt8}], employee[{new:UInt8}], {employer:Bool}, {employee:Bool})) AS new
        FROM unit_months
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND jianfu_in_scope(region_code, {scope:Array(String)})
            AND startsWith(region_code, {region:String})
            AND jianfu_in_industry(industry_code, {industry:String})
            AND jianfu_is(unit_months.size, {size:String})
            AND jianfu_is(economic_type, {economic_type:String})
            AND jianfu_is(unit_kind, {unit_kind:String})
            AND bitTest(covered, {old:UInt8} - 1)
        GROUP BY unit_id
    )
SELECT
    tupleElement(place, 1) AS dimension,
    tupleElement(place, 2) AS member,
    count() AS units,
    countIf(new < old) AS less,
    countIf(new > old) AS more,
    countIf(new = old) AS same,
    sumIf(units.old - units.new, new < old) AS falls,
    sumIf(units.new - units.old, new > old) AS rises,
    sum(persons) AS headcount,
    sumIf(persons, new != old) AS affected,
    sum(units.old) AS before,
    sum(units.new) AS after
FROM units
ARRAY JOIN [
    ('total', ''),
    ('region', rightPad(substring(toString(area), 1, {region_digits:UInt8}), 6, '0')),
    ('section', substring(industry, 1, {industry_digits:UInt8})),
    ('size', size)] AS place
GROUP BY dimension, member
ORDER BY dimension, member
