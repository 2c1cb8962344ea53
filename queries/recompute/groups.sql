-- The burdens of the clean groups of some months, by unit and insurance, from the wages of each group at once: what each
-- payer owes under each scenario. A group is clean where its records were charged just that under every new scenario: all plain and of one
-- pattern, which has the policy's rates, every base what the policy makes of the wage, no repeated person and no dead
-- record. Then there is nothing to explain, and what was charged is what is owed.
-- Parameters: run, periods, loads; step_scenarios as for burdens.
INSERT INTO burdens
WITH
    {{.groups_priced}},
    marked AS (
        SELECT period, unit_id, insurance
        FROM repeated_persons
        WHERE period IN {periods:Array(UInt32)}
        UNION ALL
        SELECT period, unit_id, insurance
        FROM dead_records
        WHERE period IN {periods:Array(UInt32)}
            AND by_load IN {loads:Array(UInt32)}
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
FROM groups_priced
WHERE covered != 0
    AND simple
    AND least_pattern = pattern
    AND most_pattern = pattern
    AND bases = arrayMap(w -> least(greatest(w, lowest), highest), wages)
    AND (period, unit_id, insurance) NOT IN marked
-- The arrays of a small block stay in the processor's cache.
SETTINGS max_block_size = 16384, max_insert_threads = 4
