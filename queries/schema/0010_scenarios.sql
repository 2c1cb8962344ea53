-- Scenarios: what would be owed if a rate or a limit were another one (推演). A scenario is computed like a month of a run
-- and its rows stand in the tables of runs, but its number comes from a range of its own, from 2147483648 on, and no row
-- of runs has it: so it is never current, in no list of runs, and in no official figure. Everything of it lies in
-- partitions of its own, which go with it. Its row here is written last and makes it visible.
CREATE TABLE scenarios {{.On}} (
    run_id      UInt32,
    base_run    UInt32,
    period      UInt32,
    target      LowCardinality(String),
    way         LowCardinality(String),
    insurance   LowCardinality(String),
    payer       LowCardinality(String),
    area        FixedString(6),
    since       UInt32,
    rate        Decimal(9, 6),
    amount      Decimal(18, 2),
    steps       Array(Array(String)),
    pack_hash   String,
    computed_at DateTime64(3, 'UTC'),
    took_ms     UInt32,
    checked     UInt64
) ENGINE = {{.Engine "MergeTree"}} PARTITION BY run_id ORDER BY run_id
---
-- Numbers that scenarios have taken; see load_numbers.
CREATE TABLE scenario_numbers {{.On}} (
    run_id   UInt32,
    taken_at DateTime64(3, 'UTC')
) ENGINE = {{.Engine "MergeTree"}} ORDER BY run_id
---
-- The policy packs that scenarios were computed by, whole: the run's own with the change.
CREATE TABLE scenario_packs {{.On}} (
    run_id  UInt32,
    file    String,
    content String CODEC(ZSTD(3))
) ENGINE = {{.Engine "MergeTree"}} PARTITION BY run_id ORDER BY (run_id, file)
---
-- Scenarios that somebody keeps, under a name; the others go after a while.
CREATE TABLE saved_scenarios {{.On}} (
    run_id   UInt32,
    name     String,
    note     String,
    account  String,
    author   String,
    saved_at DateTime64(3, 'UTC')
) ENGINE = {{.Engine "MergeTree"}} PARTITION BY run_id ORDER BY (run_id, saved_at)
