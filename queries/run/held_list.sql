-- Runs that were held, and what became of them: 'held' while somebody has to confirm it, 'stale' where a later run was
-- published meanwhile, 'published' or 'dropped'. Grain: one row a run. Order: newest first.
WITH
    given_up AS (
        SELECT run_id
        FROM dropped_runs
    ),
    last AS (
        SELECT max(run_id) AS run_id
        FROM runs
        WHERE state = 'published'
    )
SELECT
    run_id,
    multiIf(
        run_id IN (SELECT run_id FROM runs WHERE state = 'published'), 'published',
        run_id IN given_up, 'dropped',
        run_id < (SELECT run_id FROM last), 'stale',
        'held') AS state,
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
    held_at,
    reasons
FROM held_runs
ORDER BY run_id DESC
LIMIT 1 BY run_id
