-- The records of a run's open groups with what each payer owes for them under each scenario, and what makes the difference: reason by
-- reason, under a key of payer, scenario and reason. It is the rule of internal/burden, in sets; amounts are fen in whole numbers.
-- Parameters: run, periods, loads; step_payers and step_scenarios name, in parallel, for which payer and new scenario the
-- difference is to be explained.
{{.open_records}},
{{.units_terms}},
records_explained AS (
    WITH
        (b, r) -> jianfu_amount(b, r, amount_add, amount_div, amount_times) AS amount,
        (payer, scenario, reason) -> toUInt32(payer * 65536 + scenario * 256 + jianfu_reason(reason)) AS key,
        (charged, declared, at_rate, owed) -> [charged - declared, declared - at_rate, at_rate - owed] AS differences,
        (payer, scenario) -> t.rate[if(payer = jianfu_payer('employer'), t.employer, t.employee)[scenario]] AS rate_of,
        arrayMap((lowest, highest, step, up) -> jianfu_base(wage_fen, heads, lowest, highest, step, up), floor, cap, base_step, base_up) AS bases
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
            (payer, scenario) -> if(counted,
                differences(
                    charges[payer],
                    amount(base_fen, rates[payer]),
                    amount(base_fen, rate_of(payer, scenario)),
                    amount(bases[t.limits[scenario]], rate_of(payer, scenario))),
                [charges[payer]]),
            {step_payers:Array(UInt8)}, {step_scenarios:Array(UInt8)}) AS steps,
        arrayFlatten(arrayMap(
            (payer, scenario, step) -> multiIf(
                entry_type = 'refund', [key(payer, scenario, 'refund')],
                duplicate, [key(payer, scenario, 'duplicate_charge')],
                [
                    key(payer, scenario, 'amount_mismatch'),
                    if(step[2] < 0, key(payer, scenario, 'rate_below_policy'), key(payer, scenario, 'rate_not_applied')),
                    key(payer, scenario, jianfu_base_reason(base_fen, bases[t.limits[scenario]], heads, t.floor[t.limits[scenario]], t.cap[t.limits[scenario]]))
                ]),
            {step_payers:Array(UInt8)}, {step_scenarios:Array(UInt8)}, steps)) AS reason_keys,
        arrayFlatten(steps) AS reason_amounts
    FROM open_records AS r
    INNER JOIN units AS u ON u.period = r.period AND u.unit_id = r.unit_id
    INNER JOIN terms AS t ON t.period = r.period AND t.class = u.class AND t.insurance = r.insurance
)
