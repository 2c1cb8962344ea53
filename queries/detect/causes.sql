-- Why the due reduction of units is small in some months, employer's part: what a risen floor adds to what is owed, person by
-- person, whatever a cap that falls at the same time takes off others (after is the place of what is owed with nothing but the
-- floor changed); or of what is owed under the new policy (of the old for already_low_rate) the part that the cause speaks
-- of, half up to the fen.
-- One that was not asked for and lowers limits, not the rate, has no amount: it would take another computation.
-- Parameters: run, periods; old and new, scenario places.
INSERT INTO marks (run_id, period, unit_id, region_code, insurance, channel, mark, records, amount)
WITH
    causes AS (
        SELECT period, insurance, class, cause, before, after, part, whole
        FROM run_causes
        WHERE run_id = {run:UInt32}
            AND period IN {periods:Array(UInt32)}
    ),
    units AS (
        SELECT period, unit_id, class
        FROM run_units
        WHERE run_id = {run:UInt32}
            AND period IN {periods:Array(UInt32)}
            AND (period, class) IN (SELECT period, class FROM causes)
    )
SELECT
    {run:UInt32} AS run_id,
    b.period AS period,
    b.unit_id AS unit_id,
    b.region_code AS region_code,
    b.insurance AS insurance,
    '' AS channel,
    c.cause AS mark,
    toUInt64(b.records) AS records,
    reinterpret(if(c.cause = 'floor_rise',
        greatest(0, reinterpretAsInt64(b.employer[c.after]) - reinterpretAsInt64(b.employer[c.before])),
        toInt64(intDiv(
            toInt128(reinterpretAsInt64(b.employer[if(c.cause = 'already_low_rate', {old:UInt8}, {new:UInt8})])) * c.part * 2 + c.whole, 2 * toInt128(c.whole)))), 'Decimal(18, 2)') AS amount
FROM burdens AS b
INNER JOIN units AS u ON u.period = b.period AND u.unit_id = b.unit_id
INNER JOIN causes AS c ON c.period = b.period AND c.class = u.class AND c.insurance = b.insurance
WHERE b.run_id = {run:UInt32}
    AND b.period IN (SELECT period FROM causes)
    AND bitTest(b.covered, {old:UInt8} - 1)
    AND (amount > 0 OR c.part = 0 AND c.cause = 'not_elected')
