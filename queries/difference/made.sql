-- The movements between two runs that are there, whole. Grain: at most one row. Order: the first made. Parameters: run,
-- against; comparison; insurance, '' for all.
SELECT made
FROM differences
WHERE run_id = {run:UInt32}
    AND against = {against:UInt32}
    AND comparison = {comparison:String}
    AND insurance = {insurance:String}
ORDER BY made_at, made
LIMIT 1
