-- What the records of months add up to that count, by the rates that they were charged at. Grain: one row an insurance, month and pair
-- of rates. Order: by these. Parameters: loads, the visible ones; periods.
WITH dead AS (
    SELECT load_id, line
    FROM dead_records
    WHERE by_load IN {loads:Array(UInt32)}
        AND period IN {periods:Array(UInt32)}
    GROUP BY load_id, line
    HAVING sum(sign) > 0
)
SELECT
    toString(c.insurance) AS insurance,
    c.period AS period,
    c.employer_rate AS employer_rate,
    c.employee_rate AS employee_rate,
    count() AS records,
    sum(c.headcount) AS headcount,
    sum(c.wage) AS wage,
    sum(c.base) AS base,
    sum(c.employer_amount) AS employer_amount,
    sum(c.employee_amount) AS employee_amount,
    sum(c.received_amount) AS received_amount
FROM contributions AS c
WHERE c.period IN {periods:Array(UInt32)}
    AND c.load_id IN {loads:Array(UInt32)}
    AND (c.load_id, c.line) NOT IN dead
GROUP BY c.insurance, period, employer_rate, employee_rate
ORDER BY c.insurance, period, employer_rate, employee_rate
