-- What a run or a scenario says is owed for a month under one of its scenarios, by both payers, and
-- what was charged, of what it covers: for the check that a scenario starts from what the run had. Grain: one row.
-- Parameters: run; period; place, of the scenario.
SELECT
    sum(employer[{place:UInt8}]) AS employer,
    sum(employee[{place:UInt8}]) AS employee,
    sum(employer_charged) AS employer_charged,
    sum(employee_charged) AS employee_charged,
    sum(headcount) AS headcount
FROM cells
WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
    AND period = {period:UInt32}
    AND bitTest(covered, {place:UInt8} - 1)
