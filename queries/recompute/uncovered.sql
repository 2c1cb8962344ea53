-- The records of some months that some old scenario has no rate row for, by unit and insurance. Parameters: run, periods,
-- loads; needed, the bits of the old scenarios.
INSERT INTO uncovered
WITH
    {{.dead}},
    units AS (
        SELECT period, unit_id, class, region_code
        FROM run_units
        WHERE run_id = {run:UInt32}
            AND period IN {periods:Array(UInt32)}
    ),
    bare AS (
        SELECT period, class, insurance, covered
        FROM run_terms
        WHERE run_id = {run:UInt32}
            AND period IN {periods:Array(UInt32)}
            AND bitAnd(covered, {needed:UInt64}) != {needed:UInt64}
    )
SELECT
    {run:UInt32} AS run_id,
    c.period,
    c.unit_id,
    c.insurance,
    any(u.region_code) AS region_code,
    any(b.covered) AS covered,
    count() AS records,
    sum(c.wage) AS wage,
    sum(c.employer_amount) AS employer_charged,
    sum(c.employee_amount) AS employee_charged
FROM contributions AS c
INNER JOIN units AS u ON u.period = c.period AND u.unit_id = c.unit_id
INNER JOIN bare AS b ON b.period = c.period AND b.class = u.class AND b.insurance = c.insurance
WHERE c.period IN {periods:Array(UInt32)}
    AND c.load_id IN {loads:Array(UInt32)}
    AND c.insurance IN (SELECT insurance FROM bare)
    AND (c.load_id, c.line) NOT IN dead
GROUP BY c.period, c.unit_id, c.insurance
