-- Write made-up issues with six steps each, of 150,000 units in forty counties, registered over four years. Parameters: issues,
-- how many; until, days since 1970, the last day of a registration.
INSERT INTO issue_events (
    issue_id, seq, nonce, action, at, by, event, issue, number, state, source, nature, category, severity, title, unit_id, region_code,
    industry_code, size, bureau, registered_by, owner, handler, registered_at, clock_from, replied_at, verified_at, closed_at, pauses,
    extended, asked, run_id, measured_run, comparison, period_from, period_to, found, outstanding, reasons, exemption, reopened,
    escalated, mentions)
WITH
    intDiv(number, 6) AS n,
    number % 6 + 1 AS step,
    sipHash64(n) AS h,
    lower(hex(MD5(toString(n)))) AS id,
    toDateTime64(toDate({until:UInt32} - intDiv(h, 31) % 1400), 3, 'UTC') + toIntervalSecond(h % 86400) AS born,
    born + toIntervalHour(20 * step + h % 40) AS moment,
    toDateTime64(0, 3, 'UTC') AS never,
    h % 5 < 4 OR step < 6 AS settled,
    toString(320000 + 100 * (1 + intDiv(h, 3) % 10) + 1 + intDiv(h, 5) % 4) AS county,
    toDecimal64(toInt64(h % 5000000) - 2000000, 2) / 100 AS amount,
    greatest(amount, toDecimal64('0', 2)) AS money,
    concat('某某机械制造有限公司', toString(n % 150000)) AS name,
    concat(county, '-2019-', leftPad(toString(n), 6, '0')) AS numbered
SELECT
    id, step, lower(hex(MD5(concat('nonce', toString(number))))), ['register', 'accept', 'assign', 'handle', 'reply', 'verify'][step], moment, 'u1',
    concat('{"issue":"', id, '","seq":', toString(step), ',"by":"u1","words":"', hex(MD5(toString(number))), '"}'),
    concat('{"id":"', id, '","number":"', numbered, '","seq":', toString(step), ',"title":"', name, '","text":"', repeat(hex(MD5(toString(n))), 12), '","found":"0","outstanding":"0"}'),
    numbered, if(settled, ['registered', 'accepted', 'assigned', 'handling', 'replied', 'verified'][step], 'replied'),
    ['system', 'hotline_12366', 'hall', 'web', 'letter'][h % 5 + 1], ['found', 'complaint', 'consult', 'report'][intDiv(h, 7) % 4 + 1],
    ['policy', 'service', 'relief', 'system'][intDiv(h, 11) % 4 + 1], ['low', 'normal', 'high', 'urgent'][intDiv(h, 13) % 4 + 1], name,
    concat('9132', leftPad(toString(n % 150000), 14, '0')), county, ['C3411', 'F5211', 'I6513', 'H6210'][intDiv(h, 17) % 4 + 1],
    ['large', 'medium', 'small', 'micro'][intDiv(h, 19) % 4 + 1], county, 'u1', concat('u', toString(intDiv(h, 23) % 60)),
    concat('u', toString(intDiv(h, 29) % 60)), born, born, if(step >= 5, moment, never), if(step = 6 AND settled, moment, never), never,
    if(h % 9 = 0, [(born + toIntervalHour(8), born + toIntervalHour(60))], []), if(h % 50 = 0, 5, 0), h % 400 = 0, 3, 3, 'vs-april', 201905, 201912,
    money, if(step = 6, toDecimal64('0', 2), money), if(money > 0, [['rate_not_applied', 'base_over_cap', 'duplicate_charge'][h % 3 + 1]], []), '',
    h % 60 = 0, h % 70 = 0, if(h % 100 = step, ['u7'], [])
FROM numbers(6 * {issues:UInt64})
WHERE step <= 2 + intDiv(h, 37) % 12
