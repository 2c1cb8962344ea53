-- What of each load is of units in a scope: lines accepted and what they add up to, the months that they touch, and the
-- rejected lines that name one unit, registered, and in the scope. A unit is where its latest registration says. Grain: one row
-- a load that has any. Order: by load. Parameters: loads, the visible ones; ever, those and the
-- withdrawn ones; scope.
WITH
    inside AS (
        SELECT unit_id
        FROM units
        WHERE load_id IN {loads:Array(UInt32)}
        GROUP BY unit_id
        HAVING jianfu_in_scope(argMax(region_code, (valid_from, load_id, line)), {scope:Array(String)})
    ),
    parts AS (
        SELECT load_id, 1 AS lines, 0 AS rejects, employer_amount + employee_amount AS payable, received_amount AS received, period
        FROM contributions
        WHERE load_id IN {ever:Array(UInt32)}
            AND unit_id IN inside
            AND (load_id, line) NOT IN (SELECT load_id, line FROM dead_records WHERE by_load = load_id)
        UNION ALL
        SELECT load_id, 1 AS lines, 0 AS rejects, toDecimal64('0', 2) AS payable, toDecimal64('0', 2) AS received, valid_from AS period
        FROM units
        WHERE load_id IN {ever:Array(UInt32)}
            AND unit_id IN inside
            AND jianfu_in_scope(region_code, {scope:Array(String)})
        UNION ALL
        SELECT load_id, 0 AS lines, 1 AS rejects, toDecimal64('0', 2) AS payable, toDecimal64('0', 2) AS received, 0 AS period
        FROM rejects
        WHERE load_id IN {ever:Array(UInt32)}
            AND length(arrayDistinct(extractAll(upper(concat(value, ' ', raw)), '[0-9A-Z]{18}')) AS named) = 1
            AND toFixedString(substring(named[1], 1, 18), 18) IN inside
    )
SELECT
    load_id,
    sum(lines) AS accepted,
    sum(rejects) AS rejected,
    sum(parts.payable) AS payable,
    sum(parts.received) AS received,
    arraySort(groupUniqArrayIf(period, lines = 1)) AS periods
FROM parts
GROUP BY load_id
ORDER BY load_id
