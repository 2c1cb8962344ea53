-- The scenarios that there are, and under which name they are kept. Grain: one row a scenario. Order: the last one first.
-- Parameters: id, the scenario asked for; 0 for all.
WITH kept AS (
    SELECT
        run_id,
        argMax((name, note, account, author), saved_at) AS last,
        max(saved_at) AS last_saved_at
    FROM saved_scenarios
    GROUP BY run_id
)
SELECT
    s.run_id AS run_id,
    base_run,
    period,
    through,
    target,
    way,
    insurance,
    payer,
    toString(area) AS area,
    since,
    rate,
    amount,
    also,
    steps,
    pack_hash,
    computed_at,
    took_ms,
    checked,
    last.1 AS name,
    last.2 AS note,
    last.3 AS account,
    last.4 AS author,
    last_saved_at AS saved_at
FROM scenarios AS s
LEFT JOIN kept AS k ON k.run_id = s.run_id
WHERE {id:UInt32} = 0 OR s.run_id = {id:UInt32}
ORDER BY s.run_id DESC
