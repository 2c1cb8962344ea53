-- The units under the findings of a run, from the same marks. Parameters: run; from and to, the window.
INSERT INTO finding_units (run_id, finding_id, unit_id, region_code, period_from, period_to, records, amount)
WITH
    shown AS (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32} AND period <= {to:UInt32}),
    marked AS (
        SELECT unit_id, region_code, if(mark = 'back_payment_after_cut', '', toString(insurance)) AS insurance_of, channel AS way, mark, min(period) AS first, max(period) AS last, sum(records) AS lines, sum(amount) AS part
        FROM marks
        WHERE (run_id, period) IN shown
            AND (period >= {from:UInt32} OR mark = 'back_payment_after_cut')
            AND mark IN (SELECT reason FROM findings WHERE run_id = {run:UInt32})
        GROUP BY unit_id, region_code, insurance_of, way, mark
    )
SELECT
    {run:UInt32} AS run_id,
    f.finding_id AS finding_id,
    m.unit_id AS unit_id,
    m.region_code AS region_code,
    min(m.first) AS period_from,
    max(m.last) AS period_to,
    sum(m.lines) AS records,
    sum(m.part) AS amount
FROM marked AS m
INNER JOIN (SELECT finding_id, rule, reason, region_code, insurance, channel FROM findings WHERE run_id = {run:UInt32}) AS f
    ON f.reason = m.mark AND f.insurance = m.insurance_of
WHERE startsWith(m.region_code, multiIf(f.rule = 'county', toString(f.region_code), f.rule = 'channel', left(f.region_code, 4), left(f.region_code, 2)))
    AND (f.rule != 'channel' OR f.channel = m.way)
GROUP BY f.finding_id, m.unit_id, m.region_code
HAVING amount != 0
