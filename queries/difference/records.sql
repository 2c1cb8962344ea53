-- The live records of one unit in some months, as some loads make them; none unless all registrations of the unit, in
-- whatever visible load, lie in the scope. Grain: one row a record. Order: by month, insurance, key, load and line.
-- Parameters: unit; periods; loads, those that a run knew; visible, all; scope; most, how many at most.
SELECT
    load_id,
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
    AND unit_id = toFixedString({unit:String}, 18)
    AND (load_id, line) NOT IN (
        SELECT load_id, line
        FROM dead_records
        WHERE by_load IN {loads:Array(UInt32)}
        GROUP BY load_id, line
        HAVING sum(sign) > 0
    )
    AND (
        SELECT min(jianfu_in_scope(region_code, {scope:Array(String)}))
        FROM units
        WHERE load_id IN {visible:Array(UInt32)}
            AND unit_id = toFixedString({unit:String}, 18)
    ) = 1
ORDER BY period, insurance, record_id, load_id, line
LIMIT {most:UInt64}
