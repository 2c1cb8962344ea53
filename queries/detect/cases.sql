-- The cases of a run, one a unit and county, from the burdens and marks of all months that it shows; see the table cases.
-- Amounts are fen in whole numbers. Growth is that of internal/burden.GrowthOf, the score that of internal/detection.
-- repeated is how many distinct findings there were before: what shows no month that was not found before is the same one, however
-- often it is computed.
-- Parameters: run; from and to, the window; first_effect, the month; loads; before, the run before, 0 for none; old and new,
-- scenario places; reasons, causes and risks, ids; rules and leasts, from which amount on a rule makes a case, in parallel;
-- amount_steps, month_steps, person_steps, repeated_steps and weights (amount, months, persons, small, repeated), of the
-- score; level_steps and levels, the names; least_peers; share_below, in millionths. Shares of the due cut that arrived are whole
-- numbers of 10^-12, fine enough that no two that differ are taken for equal; middle is twice their median, which of an even
-- number is the mean of the two in the middle.
INSERT INTO cases (run_id, unit_id, region_code, name, industry_code, size, economic_type, unit_kind, state, old, new, charged, persons, months,
    months_short, insurances, reasons, causes, risks, reference, headcount_growth, wage_growth, policy_growth, channel, found, money, score,
    level, repeated, peers, peer_share, own_share, below_peers, found_months)
WITH
    x -> reinterpret(toInt64(x), 'Decimal(18, 2)') AS yuan,
    (x, n) -> sign(x) * intDiv(2 * abs(x) + n, 2 * n) AS half_away,
    (fact, steps, weight) -> intDiv(weight * arrayCount(step -> fact >= step, steps), length(steps)) AS points,
    (ids, list) -> arrayMap(m -> (m.1, yuan(m.2), toUInt64(m.3)), arraySort(m -> (-abs(m.2), m.1), arrayFilter(m -> has(ids, m.1), list))) AS listed,
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
    ),
    names AS (
        SELECT unit_id, region_code, argMax(name, (valid_from, load_id, line)) AS name
        FROM units
        WHERE load_id IN {loads:Array(UInt32)}
        GROUP BY unit_id, region_code
    ),
    earlier AS (
        SELECT unit_id, region_code, repeated + money AS times, found_months, money AND empty(found_months) AS of_old
        FROM cases
        WHERE run_id = {before:UInt32}
    ),
    judged AS (
        SELECT
            s.unit_id AS unit_id,
            s.region_code AS region_code,
            n.name AS name,
            s.placed AS placed,
            s.old AS old, s.new AS new, s.charged AS charged, s.persons AS persons, s.months AS months, s.months_short AS months_short,
            arrayZip(m.sums.1, m.sums.2, m.sums.3) AS found_marks,
            m.by_insurance AS by_insurance,
            arrayZip(m.by_channel.2, m.by_channel.1) AS by_channel,
            if(s.reference.2 > 0, s.reference, (0, 0, 0, 0)) AS reference,
            arrayFilter(b -> reference.1 > 0 AND b.1 > reference.1, s.bills) AS later,
            arraySum(b -> toInt64(half_away(toInt128(reference.3) * (b.2 - reference.2), toInt128(greatest(reference.2, 1)))), later) AS by_heads,
            arraySum(b -> b.3 - reference.3, later) - by_heads AS by_wages,
            arraySum(b -> (reference.3 - reference.4) - (b.3 - b.4), later) AS by_policy,
            jianfu_state(old, new, charged, 100) AS state,
            arraySum(x -> if(x.1 = 'refund' OR has({reasons:Array(String)}, x.1) AND x.1 != 'rounding' AND x.2 > 0, x.2, 0), found_marks) AS unrefunded,
            arrayExists(x -> has({reasons:Array(String)}, x.1) AND flagged(x) AND (x.2 < 0 OR unrefunded > 0), found_marks) AS money,
            money OR state IN ('increased', 'none', 'partial') OR arrayExists(x -> has({risks:Array(String)}, x.1) AND x.2 > 0 AND flagged(x), found_marks) AS found,
            greatest(abs(charged - new), arraySum(x -> if(x.1 = 'back_payment_after_cut', x.2, 0), found_marks)) AS stake,
            money AND NOT e.of_old AND notEmpty(arrayFilter(m -> NOT has(e.found_months, m), f.flagged_in)) AS another,
            if(money AND NOT another AND e.times > 0, e.times - 1, e.times) AS repeated,
            arraySort(arrayDistinct(arrayConcat(e.found_months, if(money, f.flagged_in, [])))) AS found_months,
            least(100, points(stake, {amount_steps:Array(Int64)}, {weights:Array(Int64)}[1]) + points(months_short * 100, {month_steps:Array(Int64)}, {weights:Array(Int64)}[2])
                + points(persons * 100, {person_steps:Array(Int64)}, {weights:Array(Int64)}[3]) + if(placed.2 IN ('small', 'micro'), {weights:Array(Int64)}[4], 0)
                + points(repeated * 100, {repeated_steps:Array(Int64)}, {weights:Array(Int64)}[5])) AS points_of,
            jianfu_beyond(old - new, old, 100) AS comparable,
            if(comparable, toInt64(greatest(-999999999999999, least(999999999999999, intDiv(toInt128(old - charged) * 1000000000000, old - new)))), 0) AS share
        FROM sums AS s
        LEFT ANY JOIN marked AS m ON m.unit_id = s.unit_id AND m.region_code = s.region_code
        LEFT ANY JOIN names AS n ON n.unit_id = s.unit_id AND n.region_code = s.region_code
        LEFT ANY JOIN earlier AS e ON e.unit_id = s.unit_id AND e.region_code = s.region_code
        LEFT ANY JOIN flagged_months AS f ON f.unit_id = s.unit_id AND f.region_code = s.region_code
    )
SELECT
    {run:UInt32} AS run_id,
    unit_id,
    region_code,
    name,
    placed.1 AS industry_code,
    placed.2 AS size,
    placed.3 AS economic_type,
    placed.4 AS unit_kind,
    state,
    yuan(j.old) AS old,
    yuan(j.new) AS new,
    yuan(j.charged) AS charged,
    persons,
    months,
    months_short,
    arrayMap((id, fen) -> (id, yuan(fen)), by_insurance.1, by_insurance.2) AS insurances,
    listed({reasons:Array(String)}, arrayFilter(x -> x.2 != 0, found_marks)) AS reasons,
    listed({causes:Array(String)}, arrayFilter(x -> x.2 = 0 OR flagged(x), found_marks)) AS causes,
    listed({risks:Array(String)}, arrayFilter(x -> x.2 > 0, found_marks)) AS risks,
    reference.1 AS reference,
    yuan(by_heads) AS headcount_growth,
    yuan(by_wages) AS wage_growth,
    yuan(by_policy) AS policy_growth,
    arraySort(c -> (-c.1, c.2), by_channel)[1].2 AS channel,
    found,
    money,
    if(found, points_of, 0) AS score,
    if(found, {levels:Array(String)}[1 + arrayCount(step -> points_of * 100 >= step, {level_steps:Array(Int64)})], '') AS level,
    repeated,
    if(comparable, countIf(comparable) OVER peers_of, 0) AS peers,
    reinterpret(toInt32(intDiv((if(peers > 0, quantileExactLowIf(share, comparable) OVER peers_of + quantileExactHighIf(share, comparable) OVER peers_of, 0) AS middle), 2000000)), 'Decimal(9, 6)') AS peer_share,
    reinterpret(toInt32(intDiv(share, 1000000)), 'Decimal(9, 6)') AS own_share,
    peers >= {least_peers:UInt32} AND middle - 2 * share >= 2000000 * {share_below:Int64} AS below_peers,
    j.found_months AS found_months
FROM judged AS j
WINDOW peers_of AS (PARTITION BY region_code, left(placed.1, 1), placed.2)
