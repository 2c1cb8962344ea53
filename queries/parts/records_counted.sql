-- The records of the months that a run shows, as a scenario that starts from it counts them, but refunds: what the wage of each
-- person comes to, and whether it is plain, which is one person's and no repetition. Parameters: run, the scenario's; base, the run
-- that it starts from; from, to.
loaded AS (
    SELECT p.period AS period, arrayJoin(r.loads) AS load
    FROM run_periods AS p
    INNER JOIN runs AS r ON r.run_id = p.computed_by
    WHERE p.run_id = {base:UInt32}
        AND p.period BETWEEN {from:UInt32} AND {to:UInt32}
),
records_counted AS (
    SELECT
        period,
        unit_id,
        insurance,
        intDiv(reinterpretAsInt64(wage), headcount) AS earned,
        entry_type = 'normal' AND (load_id, line) NOT IN (SELECT load_id, line FROM run_duplicates WHERE run_id = {run:UInt32}) AS plain
    FROM contributions
    WHERE period BETWEEN {from:UInt32} AND {to:UInt32}
        AND (period, load_id) IN (SELECT period, load FROM loaded)
        AND entry_type != 'refund'
        AND (load_id, line) NOT IN (
            SELECT load_id, line
            FROM dead_records
            WHERE (period, by_load) IN (SELECT period, load FROM loaded)
            GROUP BY load_id, line
            HAVING sum(sign) > 0)
)
