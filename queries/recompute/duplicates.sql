-- The records of one month that charge a person a second time. Groups without any are sorted out first, on their
-- persons alone.
INSERT INTO run_duplicates
WITH
    dead AS (
        SELECT load_id, line
        FROM dead_records
        WHERE period = {period:UInt32}
            AND by_load IN {loads:Array(UInt32)}
    ),
    suspect AS (
        SELECT unit_id, insurance
        FROM contributions
        WHERE period = {period:UInt32}
            AND load_id IN {loads:Array(UInt32)}
            AND entry_type = 'normal'
            AND person != 0
        GROUP BY unit_id, insurance
        HAVING length(arrayDistinct(groupArray(person))) < count()
    ),
    ranked AS (
        SELECT
            unit_id,
            insurance,
            load_id,
            line,
            record_id,
            row_number() OVER (PARTITION BY unit_id, insurance, person ORDER BY record_id, load_id, line) AS place
        FROM contributions
        WHERE period = {period:UInt32}
            AND load_id IN {loads:Array(UInt32)}
            AND entry_type = 'normal'
            AND person != 0
            AND (unit_id, insurance) IN suspect
            AND (load_id, line) NOT IN dead
    )
SELECT
    {run:UInt32} AS run_id,
    {period:UInt32} AS period,
    unit_id,
    insurance,
    load_id,
    line,
    record_id
FROM ranked
WHERE place > 1
