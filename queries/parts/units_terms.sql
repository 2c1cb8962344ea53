-- The registrations and terms of a run in some months. Parameters: run, periods.
units AS (
    SELECT *
    FROM run_units
    WHERE run_id = {run:UInt32}
        AND period IN {periods:Array(UInt32)}
),
terms AS (
    SELECT *
    FROM run_terms
    WHERE run_id = {run:UInt32}
        AND period IN {periods:Array(UInt32)}
        AND covered != 0
)
