-- What the source of a load says that it adds up to, and what was found. Grain: one row a figure. Order: by line of the control file
-- and measure. Parameters: load.
SELECT
    line,
    toString(measure) AS measure,
    toString(insurance) AS insurance,
    period,
    declared,
    found
FROM declared_totals
WHERE load_id = {load:UInt32}
    AND at = (SELECT max(at) FROM declared_totals WHERE load_id = {load:UInt32})
ORDER BY line, measure, insurance, period
