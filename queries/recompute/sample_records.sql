-- The live records of some units in some months. Grain: one row a record. Order: by unit, month, insurance, key.
-- Parameters: loads; units; periods.
SELECT
    record_id,
    toString(unit_id) AS unit_id,
    period,
    toInt8(insurance) AS insurance,
    toInt8(entry_type) AS entry_type,
    person,
    headcount,
    wage,
    base,
    employer_rate,
    employer_amount,
    employee_rate,
    employee_amount
FROM contributions
WHERE period IN {periods:Array(UInt32)}
    AND load_id IN {loads:Array(UInt32)}
    AND unit_id IN (SELECT toFixedString(arrayJoin({units:Array(String)}), 18))
    AND (load_id, line) NOT IN (
        SELECT load_id, line
        FROM dead_records
        WHERE by_load IN {loads:Array(UInt32)}
        GROUP BY load_id, line
        HAVING sum(sign) > 0
    )
ORDER BY unit_id, period, insurance, record_id, load_id, line
