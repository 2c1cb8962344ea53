-- The records of some months that were charged otherwise than the new policy asks, employer's part, by unit, insurance,
-- declaring channel and reason; the reasons are those of recompute/burdens.sql. refund_pending is what of it has been
-- received: more than was owed for both payers, less what was paid back. Groups that are not open were charged just that.
-- Parameters: run, periods, loads; old and new, scenario places.
INSERT INTO marks (run_id, period, unit_id, insurance, region_code, channel, mark, records, amount)
WITH
    {{.open_records}},
    {{.terms_held}},
    units AS (
        SELECT period, unit_id, class, region_code
        FROM run_units
        WHERE run_id = {run:UInt32}
            AND period IN {periods:Array(UInt32)}
            AND unit_id IN (SELECT unit_id FROM open)
    ),
    chains AS (
        SELECT
            r.period AS period,
            r.unit_id AS unit_id,
            r.insurance AS insurance,
            u.region_code AS region_code,
            toString(r.channel) AS channel,
            r.charges[jianfu_payer('employer')] AS charge,
            jianfu_base(r.wage_fen, r.heads, t.limit.1, t.limit.2, t.limit.3, t.limit.4) AS base_owed,
            jianfu_amount(r.base_fen, r.rates[jianfu_payer('employer')], t.rounding.1, t.rounding.2, t.rounding.3) AS declared,
            jianfu_amount(r.base_fen, t.rate, t.rounding.1, t.rounding.2, t.rounding.3) AS at_rate,
            if(r.counted, jianfu_amount(base_owed, t.rate, t.rounding.1, t.rounding.2, t.rounding.3), 0) AS owed,
            multiIf(
                r.entry_type = 'refund', [('refund', charge)],
                r.duplicate, [('duplicate_charge', charge)],
                [
                    ('amount_mismatch', charge - declared),
                    (if(declared < at_rate, 'rate_below_policy', 'rate_not_applied'), declared - at_rate),
                    (jianfu_base_reason(r.base_fen, base_owed, r.heads, t.limit.1, t.limit.2), at_rate - owed)
                ]) AS steps,
            if(r.entry_type = 'refund', charge,
                greatest(0, least(charge - owed, reinterpretAsInt64(r.received_amount) - r.charges[jianfu_payer('employee')] - owed))) AS pending
        FROM open_records AS r
        INNER JOIN units AS u ON u.period = r.period AND u.unit_id = r.unit_id
        INNER JOIN terms_held AS t ON t.period = r.period AND t.class = u.class AND t.insurance = r.insurance
        WHERE t.run_id = {run:UInt32}
            AND t.period IN {periods:Array(UInt32)}
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
