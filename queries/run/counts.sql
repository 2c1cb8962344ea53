-- How many records of a run's months each scenario covers, how many of them are summaries, and how many it does not cover.
-- Grain: one row. Parameters: run; scenarios, how many.
WITH
    months AS (
        SELECT computed_by, period
        FROM run_periods
        WHERE run_id = {run:UInt32}
    ),
    range({scenarios:UInt8}) AS places
SELECT
    arrayResize((SELECT sumForEach(arrayMap(i -> if(bitTest(covered, i), toUInt64(records), 0), places)) FROM burdens WHERE (run_id, period) IN months), length(places)) AS covered,
    arrayResize((SELECT sumForEach(arrayMap(i -> if(bitTest(covered, i), toUInt64(estimates), 0), places)) FROM burdens WHERE (run_id, period) IN months), length(places)) AS estimates,
    arrayResize((SELECT sumForEach(arrayMap(i -> if(bitTest(covered, i), 0, toUInt64(records)), places)) FROM uncovered WHERE (run_id, period) IN months), length(places)) AS uncovered
