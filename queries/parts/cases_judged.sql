-- What a run's months found of units, judged: how much the bills have grown since a reference month, and why (internal/burden.GrowthOf),
-- in which state a unit is, whether it is a case and one found before, by which points (internal/detection), and which share of the due
-- cut arrived. Parameters: those of unit_marks.sql; loads; before, the run before, 0 for none; reasons and risks, ids; amount_steps, month_steps,
-- person_steps, repeated_steps and weights (amount, months, persons, small, repeated), of the score.
{{.unit_marks}},
(x, n) -> sign(x) * intDiv(2 * abs(x) + n, 2 * n) AS half_away,
(fact, steps, weight) -> intDiv(weight * arrayCount(step -> fact >= step, steps), length(steps)) AS points,
name -> {weights:Array(Int64)}[indexOf(['amount', 'months', 'persons', 'small', 'repeated'], name)] AS weight_of,
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
cases_judged AS (
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
        least(100, points(stake, {amount_steps:Array(Int64)}, weight_of('amount')) + points(months_short * 100, {month_steps:Array(Int64)}, weight_of('months'))
            + points(persons * 100, {person_steps:Array(Int64)}, weight_of('persons')) + if(placed.2 IN ('small', 'micro'), weight_of('small'), 0)
            + points(repeated * 100, {repeated_steps:Array(Int64)}, weight_of('repeated'))) AS points_of,
        jianfu_beyond(old - new, old, 100) AS comparable,
        if(comparable, toInt64(greatest(-999999999999999, least(999999999999999, intDiv(toInt128(old - charged) * 1000000000000, old - new)))), 0) AS share
    FROM sums AS s
    LEFT ANY JOIN marked AS m ON m.unit_id = s.unit_id AND m.region_code = s.region_code
    LEFT ANY JOIN names AS n ON n.unit_id = s.unit_id AND n.region_code = s.region_code
    LEFT ANY JOIN earlier AS e ON e.unit_id = s.unit_id AND e.region_code = s.region_code
    LEFT ANY JOIN flagged_months AS f ON f.unit_id = s.unit_id AND f.region_code = s.region_code
)
