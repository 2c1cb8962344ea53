-- For which cities and insurances the pack of a run has no rate, and in which months. Grain: one row a city and insurance.
-- Order: the most records first, then by city and insurance. Parameters: run; old, the place of the scenario from 1; rows,
-- how many at most.
WITH months AS (
    SELECT computed_by, period
    FROM run_periods
    WHERE run_id = {run:UInt32}
)
SELECT
    concat(substring(region_code, 1, 4), '00') AS city,
    toString(insurance) AS of_insurance,
    min(period) AS first_month,
    max(period) AS last_month,
    toUInt64(sum(records)) AS lines
FROM uncovered
WHERE (run_id, period) IN months
    AND NOT bitTest(covered, {old:UInt8} - 1)
GROUP BY city, of_insurance
ORDER BY lines DESC, city, of_insurance
LIMIT {rows:UInt32}
