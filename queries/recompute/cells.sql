-- The burdens of some months by the dimensions that pages show, from those by unit and insurance.
-- Parameters: run, periods.
INSERT INTO cells
SELECT
    run_id,
    period,
    insurance,
    region_code,
    industry_code,
    size,
    economic_type,
    unit_kind,
    covered,
    sum(headcount) AS headcount,
    sumForEach(employer) AS employer,
    sumForEach(employee) AS employee,
    sum(employer_charged) AS employer_charged,
    sum(employee_charged) AS employee_charged
FROM burdens
WHERE run_id = {run:UInt32}
    AND period IN {periods:Array(UInt32)}
GROUP BY run_id, period, insurance, region_code, industry_code, size, economic_type, unit_kind, covered
