-- The current run: the latest that was published. Grain: one row or none.
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
    failure
FROM runs
WHERE state = 'published'
ORDER BY run_id DESC
LIMIT 1
