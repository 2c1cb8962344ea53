-- All recomputes that came to an end, well or not, with whoever the audit log says began them, '' where it says nothing.
-- dropped: the run's figures are given up. Grain: one row a run. Order: newest first.
WITH
    started AS (
        SELECT object, argMax(actor, seq) AS actor
        FROM audit
        WHERE action = 'recomputed'
        GROUP BY object
    ),
    gone AS (
        SELECT run_id
        FROM dropped_runs
    )
SELECT
    run_id,
    toString(state) AS state,
    started_at,
    finished_at,
    program,
    pack_id,
    pack_title,
    pack_hash,
    first_effect,
    scenarios,
    loads,
    computed,
    data_from,
    data_to,
    records,
    uncovered,
    estimates,
    rule,
    comparisons,
    comparison_records,
    comparison_uncovered,
    comparison_estimates,
    sample_checked,
    sample_differs,
    failure,
    toString(s.actor) AS actor,
    run_id IN gone AS dropped
FROM runs AS r
LEFT JOIN started AS s ON s.object = toString(r.run_id)
ORDER BY run_id DESC
