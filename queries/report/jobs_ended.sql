-- Preparations that ended since a moment, with how. Grain: one row a preparation. Order: as they ended. Parameters: ends, the steps
-- that end one; since_at, milliseconds since 1970.
WITH last AS (
    SELECT job, argMax((step, at, report, problem), seq) AS so_far
    FROM report_job_steps
    GROUP BY job
)
SELECT
    toString(j.job) AS job,
    account,
    report_set,
    period_from,
    period_to,
    region,
    few,
    schedule,
    toString(so_far.1) AS step,
    so_far.2 AS at,
    so_far.3 AS report,
    so_far.4 AS problem
FROM report_jobs AS j
INNER JOIN last AS l ON l.job = j.job
WHERE has({ends:Array(String)}, toString(so_far.1))
    AND so_far.2 >= fromUnixTimestamp64Milli({since_at:Int64})
ORDER BY at, job
