-- Preparations of reports that a reader may see, each with how far it is: their regions lie in his, and what shows figures about few
-- persons is for who may see those. Grain: one row a preparation. Order: the latest first. Parameters: scope; few, whether he may; job,
-- '' for any; most, how many.
WITH last AS (
    SELECT job, argMax((step, at, report, checks, problem), seq) AS so_far, max(seq) AS last_seq
    FROM report_job_steps
    GROUP BY job
)
SELECT
    toString(j.job) AS job,
    begun_at,
    account,
    person,
    report_set,
    period_from,
    period_to,
    comparison,
    region,
    organisation,
    few,
    mask,
    waivers,
    schedule,
    due,
    last_seq AS seq,
    toString(so_far.1) AS step,
    so_far.2 AS at,
    so_far.3 AS report,
    so_far.4 AS checks,
    so_far.5 AS problem
FROM report_jobs AS j
INNER JOIN last AS l ON l.job = j.job
WHERE arrayExists(whole -> startsWith(region, whole), {scope:Array(String)})
    AND ({few:Bool} OR NOT few)
    AND ({job:String} = '' OR toString(j.job) = {job:String})
ORDER BY begun_at DESC, job
LIMIT {most:UInt32}
