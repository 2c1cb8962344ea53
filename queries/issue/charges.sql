-- What the records of units charge employers too much, and what gives it back, person by person: once as the records were
-- when another run was computed, and once as they are in this one, both by the units and terms that hold in this one. So what
-- differs between the two is the records' doing, and what differs from what the other run said is the doing of a pack. The
-- rule is that of internal/burden; rounding is nobody's. Reasons are those by which something was charged too much, with the
-- amounts then and now in fen; refunds and what lies below base × rate (offsets) give back. records are those that are no
-- refunds. Grain: one row a unit, county, month, insurance and person that has any of it; person 0 is nobody named. Order: by
-- the five. Parameters: run and before, the two runs; from, to; scope; units; old and new, scenario places.
WITH
    {{.living}},
    {{.terms_held}},
    units AS (
        SELECT period, unit_id, class, region_code
        FROM run_units
        WHERE (run_id, period) IN (SELECT computed_by, period FROM months)
            AND unit_id IN {units:Array(String)}
            AND jianfu_in_scope(region_code, {scope:Array(String)})
    ),
    chains AS (
        SELECT
            r.period AS period,
            r.unit_id AS unit_id,
            r.insurance AS insurance,
            u.region_code AS region_code,
            r.person AS person,
            r.side AS side,
            r.entry_type != 'refund' AS charges,
            jianfu_base(r.wage_fen, r.heads, t.limit.1, t.limit.2, t.limit.3, t.limit.4) AS base_owed,
            jianfu_amount(r.base_fen, r.declared_rate, t.rounding.1, t.rounding.2, t.rounding.3) AS declared,
            jianfu_amount(r.base_fen, t.rate, t.rounding.1, t.rounding.2, t.rounding.3) AS at_rate,
            multiIf(
                NOT charges, [('refund', r.charge)],
                r.duplicate, [('duplicate_charge', r.charge)],
                [
                    ('amount_mismatch', r.charge - declared),
                    ('rate_not_applied', declared - at_rate),
                    (jianfu_base_reason(r.base_fen, base_owed, r.heads, t.limit.1, t.limit.2),
                        at_rate - jianfu_amount(base_owed, t.rate, t.rounding.1, t.rounding.2, t.rounding.3))
                ]) AS steps,
            arrayFilter(s -> s.2 > 0 AND charges, steps) AS above
        FROM ranked AS r
        INNER JOIN units AS u ON u.period = r.period AND u.unit_id = r.unit_id
        INNER JOIN terms_held AS t ON t.period = r.period AND t.class = u.class AND t.insurance = r.insurance
        WHERE (t.run_id, t.period) IN (SELECT computed_by, period FROM months)
            AND t.class IN (SELECT class FROM units)
    )
SELECT
    toString(unit_id) AS unit,
    toString(region_code) AS region,
    period,
    toString(insurance) AS insurance_of,
    person,
    (sumMap(arrayMap(s -> s.1, above), arrayMap(s -> if(side = 1, s.2, 0), above), arrayMap(s -> if(side = 2, s.2, 0), above)) AS too_much).1 AS reasons,
    too_much.2 AS then_fen,
    too_much.3 AS now_fen,
    -sumIf(steps[1].2, side = 1 AND NOT charges) AS then_refunded,
    -sumIf(steps[1].2, side = 2 AND NOT charges) AS now_refunded,
    -sumIf(least(0, steps[1].2), side = 1 AND charges) AS then_offset,
    -sumIf(least(0, steps[1].2), side = 2 AND charges) AS now_offset,
    countIf(side = 1 AND charges) AS then_records,
    countIf(side = 2 AND charges) AS now_records
FROM chains
GROUP BY unit, region, period, insurance_of, person
HAVING notEmpty(reasons) OR then_refunded != 0 OR now_refunded != 0 OR then_offset != 0 OR now_offset != 0
ORDER BY unit, region, period, insurance_of, person
