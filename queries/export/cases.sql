-- Units with their state over a window and the reasons of their shortfall. Grain: one row a unit. Order: by unit.
-- Parameters: run, from, to; scope; loads; employer and employee, 1 or 0; old and new, scenario places.
WITH
    names AS (
        SELECT unit_id, argMax(name, (valid_from, load_id, line)) AS name
        FROM units
        WHERE load_id IN {loads:Array(UInt32)}
        GROUP BY unit_id
    ),
    {{.burdens_within}},
    found AS (
        SELECT unit_id, arraySort(r -> (-abs(r.2), r.1), groupArray((reason, fen))) AS reasons
        FROM (
            SELECT unit_id, toString(r.reason) AS reason, sum(toInt64(r.amount * 100)) AS fen
            FROM burdens_within AS b
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
            sum(b.old) AS old,
            sum(b.new) AS new,
            sum(b.charged) AS charged,
            jianfu_state(old, new, charged, 1) AS state
        FROM burdens_within AS b
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
