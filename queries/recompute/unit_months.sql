-- The burdens of some months by unit, from those by unit and insurance. Headcounts of the insurances are of the same
-- persons, so the largest counts. Parameters: run, periods.
INSERT INTO unit_months
SELECT
    run_id,
    period,
    unit_id,
    any(region_code) AS region_code,
    any(industry_code) AS industry_code,
    any(size) AS size,
    any(economic_type) AS economic_type,
    any(unit_kind) AS unit_kind,
    covered,
    max(headcount) AS headcount,
    sumForEach(employer) AS employer,
    sumForEach(employee) AS employee,
    sum(employer_charged) AS employer_charged,
    sum(employee_charged) AS employee_charged
FROM burdens
WHERE run_id = {run:UInt32}
    AND period IN {periods:Array(UInt32)}
GROUP BY run_id, period, unit_id, covered
