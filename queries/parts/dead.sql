-- The records of some months that do not count, once some loads are there. Parameters: periods, loads.
dead AS (
    SELECT load_id, line
    FROM dead_records
    WHERE period IN {periods:Array(UInt32)}
        AND by_load IN {loads:Array(UInt32)}
    GROUP BY load_id, line
    HAVING sum(sign) > 0
)
