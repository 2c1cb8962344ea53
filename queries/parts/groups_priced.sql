-- The groups of records of some months, by unit and insurance, with the registration and the terms that hold for each, and what each
-- payer owes under each scenario if it is clean; see recompute/groups.sql. Parameters: run, periods, loads.
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
{{.units_terms}},
groups_priced AS (
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
