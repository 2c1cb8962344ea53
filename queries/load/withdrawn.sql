-- What a withdrawal that is not in force yet changes: records of its load that counted, versions beneath that count again, and the
-- months of all these; later are the loads that had replaced records of it. Grain: one row. Parameters: withdrawal; load; loads, the visible ones, the load among them, and withdrawals.
WITH
    marked AS (
        SELECT load_id, line
        FROM dead_records
        WHERE by_load IN {loads:Array(UInt32)}
            AND load_id = {load:UInt32}
        GROUP BY load_id, line
        HAVING sum(sign) > 0
    ),
    counted AS (
        SELECT period, count() AS records
        FROM contributions
        WHERE load_id = {load:UInt32}
            AND (load_id, line) NOT IN marked
        GROUP BY period
    ),
    changed AS (
        SELECT
            period,
            multiIf(by_load = {withdrawal:UInt32} AND sign < 0, 1, by_load = {withdrawal:UInt32}, -1, toInt64(sign)) AS again
        FROM dead_records
        WHERE by_load = {withdrawal:UInt32}
            OR by_load = {load:UInt32} AND load_id != {load:UInt32} AND load_id IN {loads:Array(UInt32)}
    )
SELECT
    toUInt64((SELECT sum(records) FROM counted)) AS gone,
    toUInt64(greatest((SELECT sum(again) FROM changed), 0)) AS back,
    arraySort((SELECT groupUniqArray(period) FROM (SELECT period FROM counted UNION ALL SELECT period FROM changed))) AS periods,
    arraySort((SELECT groupUniqArray(by_load) FROM dead_records WHERE load_id = {load:UInt32} AND by_load != load_id AND by_load IN {loads:Array(UInt32)} AND cause = 'replaced')) AS later
