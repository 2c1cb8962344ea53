-- The classes of units that a month of a run has, for the policy pack to say what holds for each.
SELECT
    class,
    any(area) AS area,
    toInt8(any(unit_kind)) AS unit_kind,
    toInt8(any(size)) AS size,
    any(risk_class) AS risk_class,
    any(float_factor) AS float_factor,
    any(elections) AS elections
FROM run_units
WHERE run_id = {run:UInt32}
    AND period = {period:UInt32}
GROUP BY class
ORDER BY class
