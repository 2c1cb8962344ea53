-- Preparations whose last step is none of those that end one. Grain: one row a preparation. Order: by preparation. Parameters: ends,
-- the steps that do.
SELECT
    toString(job) AS job,
    max(seq) AS seq
FROM report_job_steps
GROUP BY job
HAVING argMax(step, report_job_steps.seq) NOT IN {ends:Array(String)}
ORDER BY job
