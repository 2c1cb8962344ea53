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
            AND {{.within}}
            AND jianfu_is(insurance, {insurance:String})
            AND bitTest(covered, {old:UInt8} - 1)
        GROUP BY unit_id, insurance
    )
SELECT
    toString(insurance) AS key,
    {{.states_counted}},
    {{.deliveries}}
FROM units AS u
GROUP BY insurance
ORDER BY insurance
