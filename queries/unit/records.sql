-- The records of one unit as their source declared them, of the months of a run that lie in the scope, and what became of
-- each: cause says why it does not count ('replaced' by a later load, 'unchanged', 'repeated'; '' where it does),
-- duplicate that it charges a person a second time. Grain: one row a record. Order: by month, insurance, person and key,
-- so that copies stand together.
-- Parameters: run; unit; scope; periods, the months; insurance, '' for any; load and line, 0 for any; live, whether those
-- that do not count are left out; skip and most, of rows.
WITH
    shown AS (
        SELECT p.period AS period, p.computed_by AS computed_by, r.loads AS loads
        FROM run_periods AS p
        INNER JOIN runs AS r ON r.run_id = p.computed_by
        WHERE p.run_id = {run:UInt32}
    ),
    dead AS (
        SELECT d.load_id AS load_id, d.line AS line, argMaxIf(toString(d.cause), d.by_load, d.sign > 0) AS cause, maxIf(d.by_load, d.sign > 0) AS by_load
        FROM dead_records AS d
        INNER JOIN shown AS s ON s.period = d.period
        WHERE d.unit_id = toFixedString({unit:String}, 18)
            AND d.period IN {periods:Array(UInt32)}
            AND has(s.loads, d.by_load)
        GROUP BY load_id, line
        HAVING sum(d.sign) > 0
    ),
    repeats AS (
        SELECT load_id, line, toUInt8(1) AS duplicate
        FROM run_duplicates
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND period IN {periods:Array(UInt32)}
            AND unit_id = toFixedString({unit:String}, 18)
    )
SELECT
    c.load_id AS load_id,
    c.line AS line,
    record_id,
    c.period AS period,
    toInt8(insurance) AS insurance,
    toInt8(entry_type) AS entry_type,
    person,
    headcount,
    wage,
    base,
    employer_rate,
    employer_amount,
    employee_rate,
    employee_amount,
    received_on,
    received_amount,
    toInt8(channel) AS channel,
    d.cause AS cause,
    d.by_load AS by_load,
    r.duplicate = 1 AS duplicate
FROM contributions AS c
INNER JOIN shown AS s ON s.period = c.period
LEFT ANY JOIN dead AS d ON d.load_id = c.load_id AND d.line = c.line
LEFT ANY JOIN repeats AS r ON r.load_id = c.load_id AND r.line = c.line
WHERE c.unit_id = toFixedString({unit:String}, 18)
    AND c.period IN {periods:Array(UInt32)}
    AND jianfu_is(c.insurance, {insurance:String})
    AND ({load:UInt32} = 0 OR c.load_id = {load:UInt32} AND c.line = {line:UInt32})
    AND has(s.loads, c.load_id)
    AND (NOT {live:Bool} OR d.cause = '')
    AND c.period IN (
        SELECT period
        FROM run_units
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND unit_id = toFixedString({unit:String}, 18)
            AND jianfu_in_scope(region_code, {scope:Array(String)})
    )
ORDER BY period, insurance, person, record_id, load_id, line
LIMIT {skip:UInt64}, {most:UInt64}
