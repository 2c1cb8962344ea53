-- The records of a run's open groups that charge a person a second time. Parameters: run, periods, loads.
INSERT INTO run_duplicates
WITH
    dead AS (
        SELECT load_id, line
        FROM dead_records
        WHERE by_load IN {loads:Array(UInt32)}
        GROUP BY load_id, line
        HAVING sum(sign) > 0
    ),
    repeated AS (
        SELECT period, unit_id, insurance
        FROM repeated_persons
        WHERE period IN {periods:Array(UInt32)}
    ),
    ranked AS (
        SELECT
            period,
            unit_id,
            insurance,
            load_id,
            line,
            record_id,
            row_number() OVER (PARTITION BY period, unit_id, insurance, person ORDER BY record_id, load_id, line) AS place
        FROM contributions
        WHERE period IN {periods:Array(UInt32)}
            AND load_id IN {loads:Array(UInt32)}
            AND unit_id IN (SELECT unit_id FROM repeated)
            AND (period, unit_id, insurance) IN repeated
            AND entry_type = 'normal'
            AND person != 0
            AND (load_id, line) NOT IN dead
    )
SELECT
    {run:UInt32} AS run_id,
    period,
    unit_id,
    insurance,
    load_id,
    line,
    record_id
FROM ranked
WHERE place > 1
