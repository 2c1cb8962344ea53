-- What runs show of units: of all insurances together, or of one. Parameters: insurance, '' for all together.
lines AS (
    SELECT run_id, period, unit_id, region_code, industry_code, size, economic_type, unit_kind, covered, headcount, employer, employee, employer_charged, employee_charged
    FROM unit_months
    WHERE {insurance:String} = ''
    UNION ALL
    SELECT run_id, period, unit_id, region_code, industry_code, size, economic_type, unit_kind, covered, headcount, employer, employee, employer_charged, employee_charged
    FROM burdens
    WHERE toString(insurance) = {insurance:String}
)
