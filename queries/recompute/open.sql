-- The groups of some months that have terms and that groups.sql left out. Parameters: run, periods, loads.
INSERT INTO run_open
WITH
    rest AS (
        SELECT period, unit_id, insurance
        FROM contributions
        WHERE period IN {periods:Array(UInt32)}
            AND load_id IN {loads:Array(UInt32)}
        GROUP BY period, unit_id, insurance
        HAVING (period, unit_id, insurance) NOT IN (
            SELECT period, unit_id, insurance
            FROM burdens
            WHERE run_id = {run:UInt32}
                AND period IN {periods:Array(UInt32)}
        )
    ),
    units AS (
        SELECT period, unit_id, class
        FROM run_units
        WHERE run_id = {run:UInt32}
            AND period IN {periods:Array(UInt32)}
    ),
    terms AS (
        SELECT period, class, insurance
        FROM run_terms
        WHERE run_id = {run:UInt32}
            AND period IN {periods:Array(UInt32)}
            AND covered != 0
    )
SELECT
    {run:UInt32} AS run_id,
    r.period,
    r.unit_id,
    r.insurance
FROM rest AS r
INNER JOIN units AS u ON u.period = r.period AND u.unit_id = r.unit_id
INNER JOIN terms AS t ON t.period = r.period AND t.class = u.class AND t.insurance = r.insurance
