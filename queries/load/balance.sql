-- What has changed of records since their own loads counted them: those that no longer stand, and those that were there already and
-- stand now, since the load that had brought them was withdrawn. Grain: one row. Parameters: loads, and withdrawals.
WITH marks AS (
    SELECT
        period,
        load_id,
        line,
        countIf(by_load = load_id) > 0 AS uncounted,
        sum(sign) > 0 AS dead
    FROM dead_records
    WHERE by_load IN {loads:Array(UInt32)}
        AND load_id IN {loads:Array(UInt32)}
    GROUP BY period, load_id, line
    HAVING uncounted != dead
)
SELECT
    countIf(standing = 0) AS out_records,
    countIf(standing = 1) AS back_records,
    sumIf(employer_amount + employee_amount, standing = 0) - sumIf(employer_amount + employee_amount, standing = 1) AS payable,
    sumIf(received_amount, standing = 0) - sumIf(received_amount, standing = 1) AS received
FROM (
    SELECT
        employer_amount,
        employee_amount,
        received_amount,
        (load_id, line) IN (SELECT load_id, line FROM marks WHERE NOT dead) AS standing
    FROM contributions
    WHERE period IN (SELECT period FROM marks)
        AND load_id IN {loads:Array(UInt32)}
        AND (load_id, line) IN (SELECT load_id, line FROM marks)
)
