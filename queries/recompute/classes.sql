-- The classes of units in some months of a run, for the policy pack to say what holds for each; where the pack does not
-- tell sizes, risk classes or elections apart, those of any one unit. Grain: one row a month and class. Order: by the two.
-- Parameters: run; periods.
SELECT
    period,
    class,
    any(area) AS area,
    toInt8(any(unit_kind)) AS unit_kind,
    toInt8(any(size)) AS size,
    any(risk_class) AS risk_class,
    any(float_factor) AS float_factor,
    any(elections) AS elections
FROM run_units
WHERE run_id = {run:UInt32}
    AND period IN {periods:Array(UInt32)}
GROUP BY period, class
ORDER BY period, class
