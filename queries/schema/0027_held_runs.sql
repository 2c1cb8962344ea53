-- Runs that were computed and checked, and that nobody is shown until somebody confirms them, because they differ too much
-- from the one before. A held run is published by its row in runs, and given up by one in dropped_runs; its own row stays.
-- reasons is why it is held, as JSON (queries.HoldReason).
CREATE TABLE held_runs {{.On}} (
    run_id         UInt32,
    started_at     DateTime64(3, 'UTC'),
    finished_at    DateTime64(3, 'UTC'),
    program        LowCardinality(String),
    pack_id        String,
    pack_title     String,
    pack_hash      String,
    first_effect   UInt32,
    scenarios      Array(Array(String)),
    loads          Array(UInt32),
    computed       Array(UInt32),
    data_from      UInt32,
    data_to        UInt32,
    records        UInt64,
    uncovered      UInt64,
    estimates      UInt64,
    rule           UInt32,
    comparisons    Array(String),
    comparison_records Array(UInt64),
    comparison_uncovered Array(UInt64),
    comparison_estimates Array(UInt64),
    sample_checked UInt64,
    sample_differs UInt64,
    failure        String,
    held_at        DateTime64(3, 'UTC'),
    reasons        String CODEC(ZSTD(3))
) ENGINE = {{.Engine "MergeTree"}} ORDER BY run_id
