-- Write the units of made-up findings of run 1, a thousand each, from the cases that are there. Parameters: findings, how
-- many.
INSERT INTO finding_units (run_id, finding_id, unit_id, region_code, period_from, period_to, records, amount)
SELECT 1, leftPad(hex(sipHash64(unit_id) % {findings:UInt64}), 16, '0'), unit_id, region_code, 201905, 201906, 3, charged - new
FROM cases
WHERE run_id = 1
    AND money
LIMIT 1000 BY sipHash64(unit_id) % {findings:UInt64}
