-- Write made-up findings of run 1. Parameters: findings, how many.
INSERT INTO findings (run_id, finding_id, rule, reason, region_code, insurance, channel, period_from, period_to, units, of, amount)
SELECT
    1,
    leftPad(hex(number), 16, '0'),
    'county',
    'rate_not_applied',
    toString(320000 + 100 * (1 + number % 10) + 1 + intDiv(number, 10) % 10),
    'pension',
    '',
    201905,
    201906,
    1000,
    4000,
    toDecimal64('123456.78', 2)
FROM numbers({findings:UInt64})
