-- The burdens of a run's open groups, record by record: what each payer owes under each scenario, what was
-- charged, and what makes the difference. It is the rule of internal/burden, in sets; amounts are fen in whole numbers.
-- Parameters: run, periods, loads; step_payers and step_scenarios name, in parallel, for which payer and new scenario
-- the difference is to be explained.
INSERT INTO burdens
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
    records AS (
        SELECT
            period,
            unit_id,
            insurance,
            entry_type,
            toInt64(headcount) AS heads,
            reinterpretAsInt64(wage) AS wage_fen,
            reinterpretAsInt64(base) AS base_fen,
            [toInt64(reinterpretAsInt32(employer_rate)), toInt64(reinterpretAsInt32(employee_rate))] AS rates,
            [reinterpretAsInt64(employer_amount), reinterpretAsInt64(employee_amount)] AS charges,
            (load_id, line) IN duplicates AS duplicate,
            entry_type != 'refund' AND NOT duplicate AS counted
        FROM contributions
        WHERE period IN {periods:Array(UInt32)}
            AND load_id IN {loads:Array(UInt32)}
            AND unit_id IN (SELECT unit_id FROM open)
            AND (period, unit_id, insurance) IN open
            AND (load_id, line) NOT IN dead
    ),
    units AS (
        SELECT *
        FROM run_units
        WHERE run_id = {run:UInt32}
            AND period IN {periods:Array(UInt32)}
    ),
    terms AS (
        SELECT *
        FROM run_terms
        WHERE run_id = {run:UInt32}
            AND period IN {periods:Array(UInt32)}
            AND covered != 0
    ),
    steps AS (
        WITH
            (b, r) -> intDiv(b * r + amount_add, amount_div) * amount_times AS amount,
            (payer, scenario, reason) -> toUInt32(payer * 65536 + scenario * 256 + reason) AS key,
            arrayMap(
                (least_wage, most_wage, step, up) -> intDiv(
                    least(greatest(wage_fen, least_wage * heads), most_wage * heads) + if(up = 1, step - 1, intDiv(step, 2)),
                    step) * step,
                floor, cap, base_step, base_up) AS bases
        SELECT
            r.period AS period,
            r.unit_id AS unit_id,
            r.insurance AS insurance,
            entry_type,
            heads,
            wage_fen,
            charges,
            duplicate,
            counted,
            bases,
            t.covered AS covered,
            t.unit_level AS unit_level,
            t.rate AS rate,
            t.employer AS employer,
            t.employee AS employee,
            t.amount_add AS amount_add,
            t.amount_div AS amount_div,
            t.amount_times AS amount_times,
            arrayMap((b, r) -> amount(b, r), bases, t.rate) AS amounts,
            arrayMap(
                (payer, scenario) -> (
                    charges[payer],
                    amount(base_fen, rates[payer]),
                    amount(base_fen, t.rate[if(payer = 1, t.employer, t.employee)[scenario]]),
                    amount(bases[t.limits[scenario]], t.rate[if(payer = 1, t.employer, t.employee)[scenario]]),
                    multiIf(
                        base_fen = bases[t.limits[scenario]], 6,
                        base_fen > t.cap[t.limits[scenario]] * heads, 4,
                        base_fen < t.floor[t.limits[scenario]] * heads, 5,
                        6)
                ),
                {step_payers:Array(UInt8)}, {step_scenarios:Array(UInt8)}) AS chains,
            arrayFlatten(arrayMap(
                (payer, scenario, chain) -> multiIf(
                    entry_type = 'refund', [key(payer, scenario, 8)],
                    duplicate, [key(payer, scenario, 7)],
                    [key(payer, scenario, 1), key(payer, scenario, if(chain.2 < chain.3, 3, 2)), key(payer, scenario, chain.5)]),
                {step_payers:Array(UInt8)}, {step_scenarios:Array(UInt8)}, chains)) AS reason_keys,
            arrayFlatten(arrayMap(
                chain -> if(counted, [chain.1 - chain.2, chain.2 - chain.3, chain.3 - chain.4], [chain.1]),
                chains)) AS reason_amounts
        FROM records AS r
        INNER JOIN units AS u ON u.period = r.period AND u.unit_id = r.unit_id
        INNER JOIN terms AS t ON t.period = r.period AND t.class = u.class AND t.insurance = r.insurance
    ),
    groups AS (
        SELECT
            period,
            unit_id,
            insurance,
            count() AS records,
            sumIf(heads, counted AND entry_type = 'normal') AS headcount,
            countIf(counted AND heads > 1) AS estimates,
            sumIf(wage_fen, counted) AS wage_fen,
            sumForEachIf(amounts, counted) AS by_person,
            sumForEachIf(bases, counted) AS base_sums,
            any(covered) AS covered,
            any((unit_level, rate, employer, employee, amount_add, amount_div, amount_times)) AS held,
            if(held.1,
                arrayMap((b, r) -> toInt64(intDiv(toInt128(b) * r + held.5, held.6) * held.7), base_sums, arrayResize(held.2, length(base_sums))),
                by_person) AS products,
            arrayMap(i -> if(i = 0, 0, products[i]), held.3) AS employer_fen,
            arrayMap(i -> if(i = 0, 0, products[i]), held.4) AS employee_fen,
            sumForEach(charges) AS charged,
            sumMap(reason_keys, reason_amounts) AS found,
            arrayMap((k, a) -> (intDiv(k, 65536), intDiv(k, 256) % 256, k % 256, a), found.1, found.2) AS steps_found,
            arrayMap(
                (payer, scenario) -> (
                    payer, scenario, 9,
                    charged[payer] - if(payer = 1, employer_fen, employee_fen)[scenario]
                        - arraySum(s -> if(s.1 = payer AND s.2 = scenario, s.4, 0), steps_found)),
                {step_payers:Array(UInt8)}, {step_scenarios:Array(UInt8)}) AS left_over
        FROM steps
        GROUP BY period, unit_id, insurance
    )
SELECT
    {run:UInt32} AS run_id,
    g.period,
    g.unit_id,
    insurance,
    region_code,
    industry_code,
    size,
    economic_type,
    unit_kind,
    covered,
    records,
    headcount,
    estimates,
    reinterpret(g.wage_fen, 'Decimal(18, 2)') AS wage,
    arrayMap(a -> reinterpret(a, 'Decimal(18, 2)'), employer_fen) AS employer,
    arrayMap(a -> reinterpret(a, 'Decimal(18, 2)'), employee_fen) AS employee,
    reinterpret(charged[1], 'Decimal(18, 2)') AS employer_charged,
    reinterpret(charged[2], 'Decimal(18, 2)') AS employee_charged,
    arrayMap(
        s -> (s.1, s.2, s.3, reinterpret(s.4, 'Decimal(18, 2)')),
        arrayFilter(s -> s.4 != 0, arraySort(arrayConcat(steps_found, left_over)))) AS reasons
FROM groups AS g
INNER JOIN units AS u ON u.period = g.period AND u.unit_id = g.unit_id
