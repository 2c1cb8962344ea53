-- What the records of one unit add up to, from the records themselves, in the months of a run that lie in the scope.
-- Records that do not count are counted apart and add to nothing else. Grain: one row a month and insurance. Order: by
-- the two. Parameters: run; unit; scope; periods, the months; insurance, '' for any.
WITH
    shown AS (
        SELECT p.period AS period, r.loads AS loads
        FROM run_periods AS p
        INNER JOIN runs AS r ON r.run_id = p.computed_by
        WHERE p.run_id = {run:UInt32}
    ),
    gone AS (
        SELECT d.load_id AS load_id, d.line AS line
        FROM dead_records AS d
        INNER JOIN shown AS s ON s.period = d.period
        WHERE d.unit_id = toFixedString({unit:String}, 18)
            AND d.period IN {periods:Array(UInt32)}
            AND has(s.loads, d.by_load)
        GROUP BY load_id, line
        HAVING sum(d.sign) > 0
    ),
    repeats AS (
        SELECT load_id, line
        FROM run_duplicates
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND period IN {periods:Array(UInt32)}
            AND unit_id = toFixedString({unit:String}, 18)
    ),
    marked AS (
        SELECT
            c.period AS period,
            insurance,
            entry_type,
            headcount,
            wage,
            employer_amount,
            employee_amount,
            received_amount,
            (c.load_id, c.line) NOT IN gone AS live,
            (c.load_id, c.line) IN repeats AS repeated
        FROM contributions AS c
        INNER JOIN shown AS s ON s.period = c.period
        WHERE c.unit_id = toFixedString({unit:String}, 18)
            AND c.period IN {periods:Array(UInt32)}
            AND jianfu_is(c.insurance, {insurance:String})
            AND has(s.loads, c.load_id)
            AND c.period IN (
                SELECT period
                FROM run_units
                WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
                    AND unit_id = toFixedString({unit:String}, 18)
                    AND jianfu_in_scope(region_code, {scope:Array(String)})
            )
    )
SELECT
    period,
    toInt8(r.insurance) AS insurance,
    countIf(live) AS records,
    countIf(NOT live) AS dead,
    countIf(live AND repeated) AS duplicates,
    countIf(live AND entry_type = 'refund') AS refunds,
    countIf(live AND entry_type = 'back_payment') AS back_payments,
    sumIf(toUInt64(r.headcount), live AND NOT repeated AND entry_type = 'normal') AS headcount,
    sumIf(r.wage, live AND NOT repeated AND entry_type != 'refund') AS wage,
    sumIf(employer_amount, live) AS employer_charged,
    sumIf(employee_amount, live) AS employee_charged,
    sumIf(received_amount, live) AS received
FROM marked AS r
GROUP BY period, r.insurance
ORDER BY period, insurance
