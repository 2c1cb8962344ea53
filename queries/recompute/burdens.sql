-- The burdens of a run's open groups, record by record: what each payer owes under each scenario, what was
-- charged, and what makes the difference. It is the rule of internal/burden, in sets; amounts are fen in whole numbers.
-- Parameters: run, periods, loads; step_payers and step_scenarios name, in parallel, for which payer and new scenario
-- the difference is to be explained.
INSERT INTO burdens
WITH
    {{.records_explained}},
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
                arrayMap((b, r) -> toInt64(jianfu_amount(toInt128(b), r, held.5, held.6, held.7)), base_sums, arrayResize(held.2, length(base_sums))),
                by_person) AS products,
            arrayMap(i -> if(i = 0, 0, products[i]), held.3) AS employer_fen,
            arrayMap(i -> if(i = 0, 0, products[i]), held.4) AS employee_fen,
            sumForEach(charges) AS charged,
            sumMap(reason_keys, reason_amounts) AS found,
            arrayMap((k, a) -> (intDiv(k, 65536), intDiv(k, 256) % 256, k % 256, a), found.1, found.2) AS steps_found,
            arrayMap(
                (payer, scenario) -> (
                    payer, scenario, jianfu_reason('rounding'),
                    charged[payer] - if(payer = jianfu_payer('employer'), employer_fen, employee_fen)[scenario]
                        - arraySum(s -> if(s.1 = payer AND s.2 = scenario, s.4, 0), steps_found)),
                {step_payers:Array(UInt8)}, {step_scenarios:Array(UInt8)}) AS left_over
        FROM records_explained
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
    reinterpret(charged[jianfu_payer('employer')], 'Decimal(18, 2)') AS employer_charged,
    reinterpret(charged[jianfu_payer('employee')], 'Decimal(18, 2)') AS employee_charged,
    arrayMap(
        s -> (s.1, s.2, s.3, reinterpret(s.4, 'Decimal(18, 2)')),
        arrayFilter(s -> s.4 != 0, arraySort(arrayConcat(steps_found, left_over)))) AS reasons
FROM groups AS g
INNER JOIN units AS u ON u.period = g.period AND u.unit_id = g.unit_id
