-- How many units are in which state in each insurance over a window, what they were to get, what of it they got, and what they
-- were charged too much and too little, from the burden that each unit has in that insurance. Grain: one row an insurance. Order: by its number.
-- Parameters: run, from, to; scope; region, industry, size, economic_type, unit_kind, insurance, '' for any; employer and
-- employee, 1 or 0; old and new, scenario places.
WITH
    units AS (
        SELECT
            insurance,
            sum(jianfu_paid(employer[{old:UInt8}], employee[{old:UInt8}], {employer:Bool}, {employee:Bool})) AS old,
            sum(jianfu_paid(employer[{new:UInt8}], employee[{new:UInt8}], {employer:Bool}, {employee:Bool})) AS new,
            sum(jianfu_paid(employer_charged, employee_charged, {employer:Bool}, {employee:Bool})) AS charged,
            jianfu_state(old, new, charged, 1) AS state
        FROM burdens
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND jianfu_in_scope(region_code, {scope:Array(String)})
            AND startsWith(region_code, {region:String})
            AND jianfu_in_industry(industry_code, {industry:String})
            AND jianfu_is(size, {size:String})
            AND jianfu_is(economic_type, {economic_type:String})
            AND jianfu_is(unit_kind, {unit_kind:String})
            AND jianfu_is(insurance, {insurance:String})
            AND bitTest(covered, {old:UInt8} - 1)
        GROUP BY unit_id, insurance
    )
SELECT
    toString(insurance) AS key,
    countIf(state = 'full') AS full,
    countIf(state = 'partial') AS partial,
    countIf(state = 'none') AS none,
    countIf(state = 'increased') AS increased,
    countIf(state = 'no_due') AS no_due,
    sum(greatest(0, old - new)) AS entitled,
    sum(greatest(0, least(old - charged, old - new))) AS delivered,
    sum(greatest(0, charged - new)) AS overcharged,
    sum(greatest(0, new - charged)) AS undercharged,
    countIf(charged > new) AS units_over,
    countIf(charged < new) AS units_under
FROM units
GROUP BY insurance
ORDER BY insurance
