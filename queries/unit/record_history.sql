-- All versions of one record of a unit, in the months that lie in the scope: each line that any load, withdrawn or not, has with its
-- key, and what is of it by all that counts today. Grain: one row a line. Order: by load and line. Parameters: run; unit; scope; periods,
-- the months; record; loads, those that count, and withdrawals.
WITH marked AS (
    SELECT load_id, line, argMaxIf(toString(cause), by_load, sign > 0) AS cause
    FROM dead_records
    WHERE by_load IN {loads:Array(UInt32)}
        AND unit_id = toFixedString({unit:String}, 18)
        AND record_id = {record:String}
    GROUP BY load_id, line
    HAVING sum(sign) > 0
)
SELECT
    c.load_id AS load_id,
    c.line AS line,
    l.file AS file,
    l.finished_at AS finished_at,
    c.period AS period,
    toString(c.insurance) AS insurance,
    c.headcount AS headcount,
    c.wage AS wage,
    c.base AS base,
    c.employer_rate AS employer_rate,
    c.employer_amount AS employer_amount,
    c.employee_rate AS employee_rate,
    c.employee_amount AS employee_amount,
    c.received_amount AS received_amount,
    multiIf(c.load_id NOT IN {loads:Array(UInt32)}, 'withdrawn', m.cause = '', 'counts', m.cause) AS state
FROM contributions AS c
INNER JOIN loads AS l ON l.load_id = c.load_id
LEFT ANY JOIN marked AS m ON m.load_id = c.load_id AND m.line = c.line
WHERE c.unit_id = toFixedString({unit:String}, 18)
    AND c.record_id = {record:String}
    AND c.period IN {periods:Array(UInt32)}
    AND c.period IN (
        SELECT period
        FROM run_units
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND unit_id = toFixedString({unit:String}, 18)
            AND jianfu_in_scope(region_code, {scope:Array(String)})
    )
ORDER BY load_id, line
