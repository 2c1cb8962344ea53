-- What a run's months found of units, unit and county by unit and county: the sum and the records of each mark, what reasons come to by
-- insurance and how many records by channel; in which months something was found that makes a case; and the sums of each unit
-- over the window, with the bills of its months. Parameters: run; from and to, the window; first_effect, the month; old and new, scenario places;
-- reasons, ids; rules and leasts, from which amount on a rule makes a case, in parallel.
m -> abs(m.2) >= transform(m.1, {rules:Array(String)}, {leasts:Array(Int64)}, 9223372036854775807) AS flagged,
shown AS (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32} AND period <= {to:UInt32}),
marked AS (
    SELECT
        unit_id,
        region_code,
        sumMap([toString(mark)], [reinterpretAsInt64(amount)], [toInt64(records)]) AS sums,
        sumMap(if(is_reason, [toString(insurance)], []), if(is_reason, [reinterpretAsInt64(amount)], [])) AS by_insurance,
        sumMap(if(is_reason AND mark != 'refund' AND channel != '', [toString(channel)], []), if(is_reason AND mark != 'refund' AND channel != '', [records], [])) AS by_channel
    FROM (
        SELECT unit_id, region_code, insurance, channel, mark, amount, records, has({reasons:Array(String)}, mark) AS is_reason
        FROM marks
        WHERE (run_id, period) IN shown
            AND (period >= {from:UInt32} OR mark = 'back_payment_after_cut')
    )
    GROUP BY unit_id, region_code
),
flagged_months AS (
    SELECT unit_id, region_code, groupUniqArray(period) AS flagged_in
    FROM (
        SELECT unit_id, region_code, mark, period, sum(reinterpretAsInt64(amount)) AS fen
        FROM marks
        WHERE (run_id, period) IN shown
            AND period >= {from:UInt32}
            AND has({reasons:Array(String)}, mark)
            AND mark NOT IN ('refund', 'rounding')
        GROUP BY unit_id, region_code, mark, period
    )
    WHERE flagged((mark, fen))
    GROUP BY unit_id, region_code
),
months AS (
    SELECT
        unit_id,
        region_code,
        period,
        true AS burdened,
        any((industry_code, size, economic_type, unit_kind)) AS place,
        toInt64(max(headcount)) AS heads,
        sum(reinterpretAsInt64(employer[{old:UInt8}])) AS old_fen,
        sum(reinterpretAsInt64(employer[{new:UInt8}])) AS new_fen,
        sum(reinterpretAsInt64(employer_charged)) AS charged_fen
    FROM unit_months
    WHERE (run_id, period) IN shown
        AND bitTest(covered, {old:UInt8} - 1)
    GROUP BY unit_id, region_code, period
    UNION ALL
    SELECT unit_id, region_code, period, false, (industry_code, size, economic_type, unit_kind), 0, 0, 0, 0
    FROM run_units
    WHERE (run_id, period) IN shown
        AND (unit_id, period) IN (SELECT unit_id, period FROM marks WHERE (run_id, period) IN shown AND mark = 'uncovered')
),
sums AS (
    SELECT
        unit_id,
        region_code,
        argMax(place, (period >= {from:UInt32}, period)) AS placed,
        sumIf(old_fen, period >= {from:UInt32}) AS old,
        sumIf(new_fen, period >= {from:UInt32}) AS new,
        sumIf(charged_fen, period >= {from:UInt32}) AS charged,
        maxIf(heads, period >= {from:UInt32}) AS persons,
        countIf(burdened AND period >= {from:UInt32}) AS months,
        countIf(period >= {from:UInt32} AND charged_fen > new_fen) AS months_short,
        argMaxIf((period, heads, old_fen, charged_fen), period, period < {first_effect:UInt32} AND heads > 0) AS reference,
        groupArrayIf((period, heads, old_fen, charged_fen), burdened AND period >= {from:UInt32}) AS bills
    FROM months
    GROUP BY unit_id, region_code
    HAVING countIf(period >= {from:UInt32}) > 0
        OR (unit_id, region_code) IN (SELECT unit_id, region_code FROM marks WHERE (run_id, period) IN shown AND mark = 'back_payment_after_cut')
)
