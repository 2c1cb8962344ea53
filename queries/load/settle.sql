-- Which rows do not count because their key is there more than once: of a load's rows with the same record_id the first
-- line stands; a later line is 'unchanged' if it says the same and 'repeated' if not. Against the row of an earlier
-- load, a row that says the same is 'unchanged', and one that differs makes the earlier one 'replaced'.
-- Parameters: load; loads, the visible ones; from_key and to_key, the smallest and largest record_id of the load.
INSERT INTO dead_records (by_load, load_id, line, record_id, period, unit_id, insurance, cause)
WITH
    dead AS (
        SELECT load_id, line
        FROM dead_records
        WHERE by_load IN {loads:Array(UInt32)}
        GROUP BY load_id, line
        HAVING sum(sign) > 0
    ),
    keys AS (
        SELECT record_id
        FROM contributions
        WHERE (load_id = {load:UInt32} OR load_id IN {loads:Array(UInt32)})
            AND record_id >= {from_key:String}
            AND record_id <= {to_key:String}
        GROUP BY record_id
        HAVING count() > 1 AND countIf(load_id = {load:UInt32}) > 0
    ),
    copies AS (
        SELECT
            load_id,
            line,
            record_id,
            period,
            unit_id,
            insurance,
            cityHash64(
                unit_id, period, insurance, entry_type, person, headcount, wage, base, employer_rate, employer_amount,
                employee_rate, employee_amount, received_on, received_amount, channel) AS contents
        FROM contributions
        WHERE (load_id = {load:UInt32} OR load_id IN {loads:Array(UInt32)})
            AND record_id >= {from_key:String}
            AND record_id <= {to_key:String}
            AND record_id IN keys
            AND (load_id, line) NOT IN dead
    ),
    compared AS (
        SELECT
            *,
            first_value(contents) OVER ours AS our_contents,
            row_number() OVER ours AS our_place,
            maxIf(contents, load_id != {load:UInt32}) OVER all_copies AS old_contents,
            countIf(load_id != {load:UInt32}) OVER all_copies AS old_count,
            maxIf(contents, load_id = {load:UInt32} AND line = first_line) OVER all_copies AS new_contents
        FROM (SELECT *, minIf(line, load_id = {load:UInt32}) OVER (PARTITION BY record_id) AS first_line FROM copies)
        WINDOW
            ours AS (PARTITION BY record_id, load_id ORDER BY line),
            all_copies AS (PARTITION BY record_id)
    )
SELECT
    {load:UInt32} AS by_load,
    load_id,
    line,
    record_id,
    period,
    unit_id,
    insurance,
    multiIf(
        load_id != {load:UInt32}, 'replaced',
        our_place > 1 AND contents != our_contents, 'repeated',
        'unchanged') AS cause
FROM compared
WHERE (load_id != {load:UInt32} AND contents != new_contents)
    OR (load_id = {load:UInt32} AND our_place > 1)
    OR (load_id = {load:UInt32} AND our_place = 1 AND old_count > 0 AND contents = old_contents)
