-- Back payments for some months from before the cut that were received after it. Parameters: run, periods, loads;
-- first_effect, the month, and effect_day, its first day.
INSERT INTO marks (run_id, period, unit_id, region_code, insurance, channel, mark, records, amount)
WITH
    {{.dead}},
    paid AS (
        SELECT
            c.period AS period,
            c.unit_id AS unit_id,
            c.insurance AS insurance,
            toString(c.channel) AS channel_of,
            count() AS records,
            sum(c.employer_amount) AS amount
        FROM contributions AS c
        WHERE c.period IN {periods:Array(UInt32)}
            AND c.period < {first_effect:UInt32}
            AND c.load_id IN {loads:Array(UInt32)}
            AND c.entry_type = 'back_payment'
            AND c.received_on >= {effect_day:Date}
            AND (c.load_id, c.line) NOT IN dead
        GROUP BY period, unit_id, insurance, channel_of
    )
SELECT
    {run:UInt32} AS run_id,
    p.period,
    p.unit_id,
    u.region_code,
    p.insurance,
    p.channel_of AS channel,
    'back_payment_after_cut' AS mark,
    p.records,
    p.amount
FROM paid AS p
INNER JOIN (
    SELECT period, unit_id, region_code
    FROM run_units
    WHERE run_id = {run:UInt32}
        AND period IN {periods:Array(UInt32)}
        AND unit_id IN (SELECT unit_id FROM paid)
) AS u ON u.period = p.period AND u.unit_id = p.unit_id
