-- How many persons stand behind each rate in force of the insurances whose rates a scenario moves. Two what-ifs of rates tell
-- the bases of units with one rate from those of units with another. It is asked of all units, whether or not the scenario is about their area.
-- Grain: one row a month, insurance (as step) and member of one or two axes, '' for none, with its rates, of both payers. Order: by
-- them. Parameters: run, the scenario's; from, to; scope; insurances; old, the place of the scenario in force.
WITH
    terms AS (
        SELECT period, insurance, class, cityHash64(rate[employer[{old:UInt8}]], rate[employee[{old:UInt8}]]) AS rates
        FROM run_terms
        WHERE run_id = {run:UInt32}
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND toString(insurance) IN {insurances:Array(String)}
            AND bitTest(covered, {old:UInt8} - 1)
    ),
    units AS (
        SELECT u.period AS period, u.unit_id AS unit_id, t.insurance AS insurance, t.rates AS rates
        FROM run_units AS u
        INNER JOIN terms AS t ON t.period = u.period AND t.class = u.class
        WHERE u.run_id = {run:UInt32}
            AND u.period BETWEEN {from:UInt32} AND {to:UInt32}
            AND jianfu_in_scope(u.region_code, {scope:Array(String)})
    ),
    insured AS (
        SELECT period, unit_id, insurance, region_code, industry_code, size, headcount
        FROM burdens
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND jianfu_in_scope(region_code, {scope:Array(String)})
            AND bitTest(covered, {old:UInt8} - 1)
    ),
    counted AS (
        SELECT i.period AS period, toUInt32(i.insurance) AS step, i.region_code AS place, i.industry_code AS trade, i.size AS size,
            u.rates AS part, sum(i.headcount) AS persons
        FROM insured AS i
        INNER JOIN units AS u ON u.period = i.period AND u.unit_id = i.unit_id AND u.insurance = i.insurance
        GROUP BY period, step, place, trade, size, part
    )
{{.by_member}}
