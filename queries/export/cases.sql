-- Units with their state over a window and the reasons of their shortfall. Grain: one row a unit. Order: by unit.
-- Parameters: run, from, to; scope; loads; employer and employee, 1 or 0; old and new, scenario places.
WITH
    (yuan, kept) -> if(kept, yuan, toDecimal64('0', 2)) AS share,
    names AS (
        SELECT unit_id, argMax(name, (valid_from, load_id, line)) AS name
        FROM units
        WHERE load_id IN {loads:Array(UInt32)}
        GROUP BY unit_id
    ),
    lines AS (
        SELECT *
        FROM burdens
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
            AND bitTest(covered, {old:UInt8} - 1)
    ),
    found AS (
        SELECT unit_id, arraySort(r -> (-abs(r.2), r.1), groupArray((reason, fen))) AS reasons
        FROM (
            SELECT unit_id, toString(r.reason) AS reason, sum(toInt64(r.amount * 100)) AS fen
            FROM lines
            ARRAY JOIN reasons AS r
            WHERE r.scenario = {new:UInt8}
                AND ((r.payer = 'employer' AND {employer:Bool}) OR (r.payer = 'employee' AND {employee:Bool}))
            GROUP BY unit_id, reason
            HAVING fen != 0
        )
        GROUP BY unit_id
    ),
    cases AS (
        SELECT
            unit_id,
            argMax((region_code, industry_code, size), period) AS place,
            sum(share(employer[{old:UInt8}], {employer:Bool}) + share(employee[{old:UInt8}], {employee:Bool})) AS old,
            sum(share(employer[{new:UInt8}], {employer:Bool}) + share(employee[{new:UInt8}], {employee:Bool})) AS new,
            sum(share(employer_charged, {employer:Bool}) + share(employee_charged, {employee:Bool})) AS charged,
            old + 1000 AS tolerance,
            multiIf(
                (charged - old) * 1000 > tolerance, 'increased',
                (old - new) * 1000 > tolerance AND (old - charged) * 1000 <= tolerance, 'none',
                (old - charged) * 1000 > tolerance AND (charged - new) * 1000 > tolerance, 'partial',
                (old - new) * 1000 > tolerance, 'full',
                'no_due') AS state
        FROM lines
        GROUP BY unit_id
    )
SELECT
    c.unit_id AS unit_id,
    name,
    place.1 AS region_code,
    place.2 AS industry_code,
    place.3 AS size,
    state,
    old,
    new,
    charged,
    arrayMap(r -> r.1, reasons) AS reason_ids,
    arrayMap(r -> r.2, reasons) AS reason_fen
FROM cases AS c
LEFT JOIN names AS n ON n.unit_id = c.unit_id
LEFT JOIN found AS f ON f.unit_id = c.unit_id
ORDER BY unit_id
