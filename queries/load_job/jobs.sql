-- Files on their way into the store, each by its last step, the latest first. Grain: one row a job. Order: as told.
-- Parameters: job ('' for all), place ('' for all; those of a server that have not ended), ended (the steps that end one), most (rows).
SELECT toString(job) AS job, max(seq) AS last, min(at) AS begun_at, max(at) AS changed_at, any(account) AS account, toString(any(place)) AS place,
    toString(any(upload)) AS upload, any(file) AS file, any(recompute) AS recompute, argMax(codes, seq) AS codes, argMax(step, seq) AS step,
    max(load) AS load, max(run) AS run, argMax(problem, seq) AS problem
FROM load_jobs
WHERE {job:String} = '' OR toString(job) = {job:String}
GROUP BY job
HAVING {place:String} = '' OR place = {place:String} AND NOT has({ended:Array(String)}, step)
ORDER BY begun_at DESC, job
LIMIT {most:UInt32}
