-- Where one unit stood in each month that a run shows, as the run took it: inside of the scope with all that decides its
-- terms, outside of it only that there is such a month. loads are those that the month was computed from.
-- Grain: one row a month. Order: by month. Parameters: run; unit; scope.
WITH shown AS (
    SELECT p.period AS period, p.computed_by AS computed_by, r.loads AS loads
    FROM run_periods AS p
    INNER JOIN runs AS r ON r.run_id = p.computed_by
    WHERE p.run_id = {run:UInt32}
)
SELECT
    u.period AS period,
    computed_by,
    loads,
    jianfu_in_scope(u.region_code, {scope:Array(String)}) AS inside,
    if(inside, toString(u.region_code), '') AS region_code,
    if(inside, toString(u.industry_code), '') AS industry_code,
    toInt8(if(inside, toInt8(u.size), 0)) AS size,
    toInt8(if(inside, toInt8(u.economic_type), 0)) AS economic_type,
    toInt8(if(inside, toInt8(u.unit_kind), 0)) AS unit_kind,
    toUInt8(if(inside, u.risk_class, 0)) AS risk_class,
    if(inside, u.float_factor, toDecimal32('0', 6)) AS float_factor,
    if(inside, CAST(u.elections, 'Array(String)'), []) AS elections
FROM run_units AS u
INNER JOIN shown AS s ON s.period = u.period AND s.computed_by = u.run_id
WHERE u.unit_id = toFixedString({unit:String}, 18)
    AND (u.run_id, u.period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
ORDER BY period
