-- The records of some months that were charged otherwise than the new policy asks, employer's part, by unit, insurance,
-- declaring channel and reason; the reasons are those of recompute/burdens.sql. refund_pending is what of it has been
-- received: more than was owed for both payers, less what was paid back. Groups that are not open were charged just that.
-- Parameters: run, periods, loads; old and new, scenario places.
INSERT INTO marks (run_id, period, unit_id, insurance, region_code, channel, mark, records, amount)
WITH
    dead AS (
        SELECT load_id, line
        FROM dead_records
        WHERE period IN {periods:Array(UInt32)}
            AND by_load IN {loads:Array(UInt32)}
        GROUP BY load_id, line
        HAVING sum(sign) > 0
    ),
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
    units AS (
        SELECT period, unit_id, class, region_code
        FROM run_units
        WHERE run_id = {run:UInt32}
            AND period IN {periods:Array(UInt32)}
            AND unit_id IN (SELECT unit_id FROM open)
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
        WHERE run_id = {run:UInt32}
            AND period IN {periods:Array(UInt32)}
            AND bitTest(covered, {old:UInt8} - 1)
    ),
    chains AS (
        WITH (b, r) -> intDiv(b * r + t.rounding.1, t.rounding.2) * t.rounding.3 AS amount_of
        SELECT
            c.period AS period,
            c.unit_id AS unit_id,
            c.insurance AS insurance,
            u.region_code AS region_code,
            toString(c.channel) AS channel,
            toInt64(c.headcount) AS heads,
            reinterpretAsInt64(c.wage) AS wage_fen,
            reinterpretAsInt64(c.base) AS base_fen,
            reinterpretAsInt64(c.employer_amount) AS charge,
            intDiv(least(greatest(wage_fen, t.limit.1 * heads), t.limit.2 * heads) + t.limit.4, t.limit.3) * t.limit.3 AS base_owed,
            amount_of(base_fen, toInt64(reinterpretAsInt32(c.employer_rate))) AS declared,
            amount_of(base_fen, t.rate) AS at_rate,
            (c.load_id, c.line) IN duplicates AS duplicate,
            c.entry_type = 'refund' OR duplicate AS alone,
            if(alone, 0, amount_of(base_owed, t.rate)) AS owed,
            multiIf(
                c.entry_type = 'refund', [('refund', charge)],
                duplicate, [('duplicate_charge', charge)],
                [
                    ('amount_mismatch', charge - declared),
                    (if(declared < at_rate, 'rate_below_policy', 'rate_not_applied'), declared - at_rate),
                    (multiIf(
                        base_fen = base_owed, 'base_mismatch',
                        base_fen > t.limit.2 * heads, 'base_over_cap',
                        base_fen < t.limit.1 * heads, 'base_below_floor',
                        'base_mismatch'), at_rate - owed)
                ]) AS steps,
            if(c.entry_type = 'refund', charge,
                greatest(0, least(charge - owed, reinterpretAsInt64(c.received_amount) - reinterpretAsInt64(c.employee_amount) - owed))) AS pending
        FROM contributions AS c
        INNER JOIN units AS u ON u.period = c.period AND u.unit_id = c.unit_id
        INNER JOIN terms AS t ON t.period = c.period AND t.class = u.class AND t.insurance = c.insurance
        WHERE c.period IN {periods:Array(UInt32)}
            AND c.load_id IN {loads:Array(UInt32)}
            AND c.unit_id IN (SELECT unit_id FROM open)
            AND (c.period, c.unit_id, c.insurance) IN open
            AND (c.load_id, c.line) NOT IN dead
    )
SELECT
    {run:UInt32} AS run_id,
    period,
    unit_id,
    insurance_of AS insurance,
    region_code,
    channel,
    step.1 AS mark,
    count() AS records,
    reinterpret(sum(step.2), 'Decimal(18, 2)') AS amount
FROM (SELECT period, unit_id, insurance AS insurance_of, region_code, channel, arrayConcat(steps, [('refund_pending', pending)]) AS found FROM chains)
ARRAY JOIN arrayFilter(s -> s.2 != 0, found) AS step
GROUP BY period, unit_id, insurance_of, region_code, channel, mark
