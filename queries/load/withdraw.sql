-- What stands and what does not once a load is withdrawn, for the keys of its records: of the loads that hold a key the first line of
-- the latest stands, or, where earlier ones say the same without another between, the first of these. Marks those that are not to
-- stand and do, and takes back the marks of those that are to. Parameters: withdrawal, its number; load, the one that is withdrawn;
-- loads, all others that share keys with it, and withdrawals; from_key and to_key, the smallest and largest record_id of the load.
INSERT INTO dead_records (by_load, load_id, line, record_id, period, unit_id, insurance, cause, sign)
WITH
    marked AS (
        SELECT load_id, line, sum(sign) AS marks
        FROM dead_records
        WHERE by_load IN {loads:Array(UInt32)}
            AND record_id IN (SELECT record_id FROM contributions WHERE load_id = {load:UInt32})
        GROUP BY load_id, line
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
                employee_rate, employee_amount, received_on, received_amount, channel) AS contents,
            row_number() OVER (PARTITION BY record_id, load_id ORDER BY line) = 1 AS first
        FROM contributions
        WHERE load_id IN {loads:Array(UInt32)}
            AND record_id >= {from_key:String}
            AND record_id <= {to_key:String}
            AND record_id IN (SELECT record_id FROM contributions WHERE load_id = {load:UInt32})
    ),
    versions AS (
        SELECT
            record_id,
            load_id,
            line,
            lagInFrame(contents, 1, contents) OVER before AS earlier_contents,
            row_number() OVER before = 1 OR contents != earlier_contents AS anew
        FROM copies
        WHERE first
        WINDOW before AS (PARTITION BY record_id ORDER BY load_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    ),
    standing AS (
        SELECT record_id, argMax((load_id, line), load_id) AS place
        FROM versions
        WHERE anew
        GROUP BY record_id
    )
SELECT
    {withdrawal:UInt32} AS by_load,
    c.load_id,
    c.line,
    c.record_id,
    c.period,
    c.unit_id,
    c.insurance,
    if(c.load_id < s.place.1, 'replaced', 'unchanged') AS cause,
    if((c.load_id, c.line) = s.place, toInt8(-m.marks), toInt8(1)) AS sign
FROM copies AS c
INNER JOIN standing AS s ON s.record_id = c.record_id
LEFT ANY JOIN marked AS m ON m.load_id = c.load_id AND m.line = c.line
WHERE ((c.load_id, c.line) = s.place) = (m.marks > 0)
