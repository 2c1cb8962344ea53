-- What a run's months add up to, wherever they are added up: records, what was charged, and what is owed under all
-- scenarios together, both payers. Grain: one row a table. Order: by table. Parameters: run.
WITH months AS (
    SELECT computed_by, period
    FROM run_periods
    WHERE run_id = {run:UInt32}
)
SELECT
    part,
    sum(lines) AS records,
    sum(paid) AS charged,
    sum(due) AS owed
FROM (
    SELECT
        'burdens' AS part,
        toUInt64(records) AS lines,
        employer_charged + employee_charged AS paid,
        arraySum(employer) + arraySum(employee) AS due
    FROM burdens
    WHERE (run_id, period) IN months
    UNION ALL
    SELECT
        'cells' AS part,
        toUInt64(0) AS lines,
        employer_charged + employee_charged AS paid,
        arraySum(employer) + arraySum(employee) AS due
    FROM cells
    WHERE (run_id, period) IN months
    UNION ALL
    SELECT
        'uncovered' AS part,
        toUInt64(records) AS lines,
        employer_charged + employee_charged AS paid,
        toDecimal64('0', 2) AS due
    FROM uncovered
    WHERE (run_id, period) IN months
        AND covered = 0
    UNION ALL
    SELECT
        'unit_months' AS part,
        toUInt64(0) AS lines,
        employer_charged + employee_charged AS paid,
        arraySum(employer) + arraySum(employee) AS due
    FROM unit_months
    WHERE (run_id, period) IN months
)
GROUP BY part
ORDER BY part
