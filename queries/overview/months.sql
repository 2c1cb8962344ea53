-- Burdens of all months that a run has, before the cut too, and, unit by unit in the month, what they were to get, what of
-- it they got, and what they were charged too much and too little. Grain: one row a month. Order: by month.
-- Parameters: run; scope; region, industry, size, economic_type, unit_kind, insurance, '' for any; employer and
-- employee, 1 or 0; old and new, scenario places.
WITH
    {{.lines}},
    unit_periods AS (
        SELECT
            period,
            sum(jianfu_paid(employer[{old:UInt8}], employee[{old:UInt8}], {employer:Bool}, {employee:Bool})) AS old,
            sum(jianfu_paid(employer[{new:UInt8}], employee[{new:UInt8}], {employer:Bool}, {employee:Bool})) AS new,
            sum(jianfu_paid(employer_charged, employee_charged, {employer:Bool}, {employee:Bool})) AS charged,
            sum(headcount) AS persons
        FROM lines
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND {{.within}}
            AND bitTest(covered, {old:UInt8} - 1)
        GROUP BY unit_id, period
    )
SELECT
    period,
    sum(u.old) AS old,
    sum(u.new) AS new,
    sum(u.charged) AS charged,
    count() AS units,
    sum(persons) AS headcount,
    {{.deliveries}}
FROM unit_periods AS u
GROUP BY period
ORDER BY period
