-- What the records of units charge employers too much, and what gives it back, person by person: once as the records were
-- when another run was computed, and once as they are in this one, both by the units and terms that hold in this one. So what
-- differs between the two is the records' doing, and what differs from what the other run said is the doing of a pack. The
-- rule is that of internal/burden; rounding is nobody's. Reasons are those by which something was charged too much, with the
-- amounts then and now in fen; refunds and what lies below base × rate (offsets) give back. records are those that are no
-- refunds. Grain: one row a unit, county, month, insurance and person that has any of it; person 0 is nobody named. Order: by
-- the five. Parameters: run and before, the two runs; from, to; scope; units; old and new, scenario places.
WITH
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
    ),
    units AS (
        SELECT period, unit_id, class, region_code
        FROM run_units
        WHERE (run_id, period) IN (SELECT computed_by, period FROM months)
            AND unit_id IN {units:Array(String)}
            AND jianfu_in_scope(region_code, {scope:Array(String)})
    ),
    terms AS (
        SELECT
            period,
            class,
            insurance,
            limits[{new:UInt8}] AS held,
            (floor[held], cap[held], base_step[held], if(base_up[held] = 1, base_step[held] - 1, intDiv(base_step[held], 2))) AS limit,
            if(employer[{new:UInt8}] = 0, 0, rate[employer[{new:UInt8}]]) AS rate,
            (amount_add, amount_div, amount_times) AS rounding
        FROM run_terms
        WHERE (run_id, period) IN (SELECT computed_by, period FROM months)
            AND class IN (SELECT class FROM units)
            AND bitTest(covered, {old:UInt8} - 1)
    ),
    chains AS (
        WITH (b, r) -> intDiv(b * r + t.rounding.1, t.rounding.2) * t.rounding.3 AS amount_of
        SELECT
            r.period AS period,
            r.unit_id AS unit_id,
            r.insurance AS insurance,
            u.region_code AS region_code,
            r.person AS person,
            r.side AS side,
            r.entry_type != 'refund' AS charges,
            intDiv(least(greatest(r.wage_fen, t.limit.1 * r.heads), t.limit.2 * r.heads) + t.limit.4, t.limit.3) * t.limit.3 AS base_owed,
            amount_of(r.base_fen, r.declared_rate) AS declared,
            amount_of(r.base_fen, t.rate) AS at_rate,
            multiIf(
                NOT charges, [('refund', r.charge)],
                r.duplicate, [('duplicate_charge', r.charge)],
                [
                    ('amount_mismatch', r.charge - declared),
                    ('rate_not_applied', declared - at_rate),
                    (multiIf(
                        r.base_fen = base_owed, 'base_mismatch',
                        r.base_fen > t.limit.2 * r.heads, 'base_over_cap',
                        r.base_fen < t.limit.1 * r.heads, 'base_below_floor',
                        'base_mismatch'), at_rate - amount_of(base_owed, t.rate))
                ]) AS steps,
            arrayFilter(s -> s.2 > 0 AND charges, steps) AS above
        FROM ranked AS r
        INNER JOIN units AS u ON u.period = r.period AND u.unit_id = r.unit_id
        INNER JOIN terms AS t ON t.period = r.period AND t.class = u.class AND t.insurance = r.insurance
    )
SELECT
    toString(unit_id) AS unit,
    toString(region_code) AS region,
    period,
    toString(insurance) AS insurance_of,
    person,
    (sumMap(arrayMap(s -> s.1, above), arrayMap(s -> if(side = 1, s.2, 0), above), arrayMap(s -> if(side = 2, s.2, 0), above)) AS too_much).1 AS reasons,
    too_much.2 AS then_fen,
    too_much.3 AS now_fen,
    -sumIf(steps[1].2, side = 1 AND NOT charges) AS then_refunded,
    -sumIf(steps[1].2, side = 2 AND NOT charges) AS now_refunded,
    -sumIf(least(0, steps[1].2), side = 1 AND charges) AS then_offset,
    -sumIf(least(0, steps[1].2), side = 2 AND charges) AS now_offset,
    countIf(side = 1 AND charges) AS then_records,
    countIf(side = 2 AND charges) AS now_records
FROM chains
GROUP BY unit, region, period, insurance_of, person
HAVING notEmpty(reasons) OR then_refunded != 0 OR now_refunded != 0 OR then_offset != 0 OR now_offset != 0
ORDER BY unit, region, period, insurance_of, person
