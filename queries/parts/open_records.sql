-- The records that count in the groups of a run that are not clean, which have to be looked at one by one. Parameters: run,
-- periods, loads.
{{.dead}},
duplicates AS (
    SELECT load_id, line
    FROM run_duplicates
    WHERE run_id = {run:UInt32}
        AND period IN {periods:Array(UInt32)}
),
open AS (
    SELECT period, unit_id, insurance
    FROM run_open
    WHERE run_id = {run:UInt32}
        AND period IN {periods:Array(UInt32)}
),
open_records AS (
    SELECT
        period, unit_id, insurance, entry_type, channel, received_amount, employee_amount,
        toInt64(headcount) AS heads,
        reinterpretAsInt64(wage) AS wage_fen,
        reinterpretAsInt64(base) AS base_fen,
        [toInt64(reinterpretAsInt32(employer_rate)), toInt64(reinterpretAsInt32(employee_rate))] AS rates,
        [reinterpretAsInt64(employer_amount), reinterpretAsInt64(employee_amount)] AS charges,
        (load_id, line) IN duplicates AS duplicate,
        entry_type != 'refund' AND NOT duplicate AS counted
    FROM contributions
    WHERE period IN {periods:Array(UInt32)}
        AND load_id IN {loads:Array(UInt32)}
        AND unit_id IN (SELECT unit_id FROM open)
        AND (period, unit_id, insurance) IN open
        AND (load_id, line) NOT IN dead
)
