-- The burdens of the clean groups of some months, by unit and insurance, from the wages of each group at once: what each
-- payer owes under each scenario. A group is clean where its records were charged just that under every new scenario: all plain and of one
-- pattern, which has the policy's rates, every base what the policy makes of the wage, no repeated person and no dead
-- record. Then there is nothing to explain, and what was charged is what is owed.
-- Parameters: run, periods, loads; step_scenarios as for burdens.
INSERT INTO burdens
WITH
    groups AS (
        SELECT
            unit_id,
            period,
            insurance,
            count() AS records,
            groupArray(reinterpretAsInt64(wage)) AS wages,
            groupArray(reinterpretAsInt64(base)) AS bases,
            min(pattern) AS least_pattern,
            max(pattern) AS most_pattern
        FROM contributions
        WHERE period IN {periods:Array(UInt32)}
            AND load_id IN {loads:Array(UInt32)}
        GROUP BY unit_id, period, insurance
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
    ),
    marked AS (
        SELECT period, unit_id, insurance
        FROM repeated_persons
        WHERE period IN {periods:Array(UInt32)}
        UNION ALL
        SELECT period, unit_id, insurance
        FROM dead_records
        WHERE period IN {periods:Array(UInt32)}
            AND by_load IN {loads:Array(UInt32)}
    ),
    priced AS (
        SELECT
            g.period AS period,
            g.unit_id AS unit_id,
            g.insurance AS insurance,
            g.records AS records,
            g.wages AS wages,
            g.bases AS bases,
            g.least_pattern AS least_pattern,
            g.most_pattern AS most_pattern,
            u.region_code AS region_code,
            u.industry_code AS industry_code,
            u.size AS size,
            u.economic_type AS economic_type,
            u.unit_kind AS unit_kind,
            t.covered AS covered,
            t.simple AS simple,
            t.pattern AS pattern,
            t.lowest AS lowest,
            t.highest AS highest,
            arrayMap(
                (low, high, rate) -> arraySum(w -> intDiv(least(greatest(w, low), high) * rate + 500000, 1000000), wages),
                t.low, t.high, t.rate) AS products,
            arrayMap(i -> if(i = 0, 0, products[i]), t.employer) AS employer_fen,
            arrayMap(i -> if(i = 0, 0, products[i]), t.employee) AS employee_fen
        FROM groups AS g
        LEFT ANY JOIN units AS u ON u.period = g.period AND u.unit_id = g.unit_id
        LEFT ANY JOIN terms AS t ON t.period = g.period AND t.class = u.class AND t.insurance = g.insurance
    )
SELECT
    {run:UInt32} AS run_id,
    period,
    unit_id,
    insurance,
    region_code,
    industry_code,
    size,
    economic_type,
    unit_kind,
    covered,
    records,
    records AS headcount,
    0 AS estimates,
    reinterpret(arraySum(wages), 'Decimal(18, 2)') AS wage,
    arrayMap(a -> reinterpret(a, 'Decimal(18, 2)'), employer_fen) AS employer,
    arrayMap(a -> reinterpret(a, 'Decimal(18, 2)'), employee_fen) AS employee,
    employer[{step_scenarios:Array(UInt8)}[1]] AS employer_charged,
    employee[{step_scenarios:Array(UInt8)}[1]] AS employee_charged,
    [] AS reasons
FROM priced
WHERE covered != 0
    AND simple
    AND least_pattern = pattern
    AND most_pattern = pattern
    AND bases = arrayMap(w -> least(greatest(w, lowest), highest), wages)
    AND (period, unit_id, insurance) NOT IN marked
-- The arrays of a small block stay in the processor's cache.
SETTINGS max_block_size = 16384, max_insert_threads = 4
