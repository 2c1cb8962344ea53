-- The records of units that counted when one of two runs was computed (side 1, then) or the other (side 2, now), and which of them
-- charge a person a second time. Parameters: run and before, the two runs; from, to; units.
months AS (
    SELECT
        p.period AS period,
        anyIf(p.computed_by, p.run_id = {run:UInt32}) AS computed_by,
        arrayFlatten(groupArrayIf(r.loads, p.run_id = {before:UInt32})) AS then_loads,
        arrayFlatten(groupArrayIf(r.loads, p.run_id = {run:UInt32})) AS now_loads
    FROM run_periods AS p
    INNER JOIN runs AS r ON r.run_id = p.computed_by
    WHERE p.run_id IN ({run:UInt32}, {before:UInt32})
        AND p.period BETWEEN {from:UInt32} AND {to:UInt32}
    GROUP BY p.period
),
dead AS (
    SELECT load_id, line, groupArray((by_load, sign)) AS marks
    FROM dead_records
    WHERE unit_id IN {units:Array(String)}
        AND period BETWEEN {from:UInt32} AND {to:UInt32}
    GROUP BY load_id, line
),
living AS (
    SELECT
        c.period AS period, c.unit_id AS unit_id, c.insurance AS insurance, c.person AS person, c.record_id AS record_id, c.load_id AS load_id,
        c.line AS line, c.entry_type AS entry_type, toInt64(c.headcount) AS heads, reinterpretAsInt64(c.wage) AS wage_fen,
        reinterpretAsInt64(c.base) AS base_fen, reinterpretAsInt64(c.employer_amount) AS charge, toInt64(reinterpretAsInt32(c.employer_rate)) AS declared_rate,
        entry_type = 'normal' AND person != 0 AS can_repeat,
        arrayJoin(arrayFilter(loads -> has(loads.2, c.load_id) AND arraySum(mark -> if(has(loads.2, mark.1), mark.2, 0), d.marks) <= 0, [(1, m.then_loads), (2, m.now_loads)])).1 AS side
    FROM contributions AS c
    INNER JOIN months AS m ON m.period = c.period
    LEFT ANY JOIN dead AS d ON d.load_id = c.load_id AND d.line = c.line
    WHERE c.unit_id IN {units:Array(String)}
        AND c.period IN (SELECT period FROM months)
),
ranked AS (
    SELECT *, can_repeat AND row_number() OVER (PARTITION BY side, period, unit_id, insurance, person, can_repeat ORDER BY record_id, load_id, line) > 1 AS duplicate
    FROM living
)
