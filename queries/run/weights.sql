-- What the months of a run add up to under two of its scenarios, employers and employees together. Grain: one row a month.
-- Order: by month. Parameters: run; old and new, places of the scenarios from 1.
WITH months AS (
    SELECT computed_by, period
    FROM run_periods
    WHERE run_id = {run:UInt32}
)
SELECT
    period,
    sum(employer_charged + employee_charged) AS charged_sum,
    sum(employer[{old:UInt8}] + employee[{old:UInt8}]) AS old_sum,
    sum(employer[{new:UInt8}] + employee[{new:UInt8}]) AS new_sum
FROM unit_months
WHERE (run_id, period) IN months
    AND bitTest(covered, {old:UInt8} - 1)
GROUP BY period
ORDER BY period
