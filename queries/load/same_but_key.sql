-- Records of a load that stand in earlier ones under other keys, equal in all the rest; of persons who are known, since others
-- cannot be told apart. Grain: one row. Parameters: load; loads, the earlier ones; periods, the months of the load.
WITH
    dead AS (
        SELECT load_id, line
        FROM dead_records
        WHERE by_load = {load:UInt32} OR by_load IN {loads:Array(UInt32)}
        GROUP BY load_id, line
        HAVING sum(sign) > 0
    ),
    contents AS (
        SELECT
            load_id = {load:UInt32} AS ours,
            cityHash64(
                unit_id, period, insurance, entry_type, person, headcount, wage, base, employer_rate, employer_amount,
                employee_rate, employee_amount, received_on, received_amount, channel) AS content
        FROM contributions
        WHERE period IN {periods:Array(UInt32)}
            AND (load_id = {load:UInt32} OR load_id IN {loads:Array(UInt32)})
            AND unit_id IN (SELECT unit_id FROM contributions WHERE load_id = {load:UInt32} AND period IN {periods:Array(UInt32)})
            AND person != 0
            AND (load_id, line) NOT IN dead
    )
SELECT sum(mine) AS records
FROM (
    SELECT
        countIf(ours) AS mine,
        count() AS copies
    FROM contents
    GROUP BY content
)
WHERE mine > 0 AND copies > mine
