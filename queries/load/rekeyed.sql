-- Keys of a load that stood in earlier loads for something else: another unit, month or insurance; example is the smallest of
-- them, '' for none. Grain: one row. Parameters: load.
WITH
    before AS (
        SELECT record_id, unit_id, period, insurance
        FROM dead_records
        WHERE by_load = {load:UInt32}
            AND cause = 'replaced'
    ),
    after AS (
        SELECT
            record_id,
            argMin((unit_id, period, insurance), line) AS meant
        FROM contributions
        WHERE load_id = {load:UInt32}
            AND record_id IN (SELECT record_id FROM before)
        GROUP BY record_id
    )
SELECT
    count() AS records,
    min(b.record_id) AS example
FROM before AS b
INNER JOIN after AS a ON a.record_id = b.record_id
WHERE a.meant != (b.unit_id, b.period, b.insurance)
