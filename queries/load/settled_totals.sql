-- What the lines of a load add up to that settling it took out of the count. Grain: one row a cause, insurance and month. Order: by
-- the three. Parameters: load.
WITH dead AS (
    SELECT period, line, toString(cause) AS cause
    FROM dead_records
    WHERE by_load = {load:UInt32}
        AND load_id = {load:UInt32}
)
SELECT
    d.cause AS cause,
    toString(c.insurance) AS insurance,
    c.period AS period,
    count() AS records,
    sum(c.headcount) AS headcount,
    sum(c.wage) AS wage,
    sum(c.base) AS base,
    sum(c.employer_amount) AS employer_amount,
    sum(c.employee_amount) AS employee_amount,
    sum(c.received_amount) AS received_amount
FROM contributions AS c
INNER JOIN dead AS d ON d.line = c.line
WHERE c.load_id = {load:UInt32}
    AND c.period IN (SELECT period FROM dead)
GROUP BY cause, insurance, period
ORDER BY cause, insurance, period
