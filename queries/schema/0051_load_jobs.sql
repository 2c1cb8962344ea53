-- Files that were brought by way of a page, on their way into the store: each row is a step of one, and the last counts. step is one of
-- internal/intake; place is the folder of the server that has the file; load and run are 0 until they are known; problem says in each
-- language why it went no further, as JSON; codes are what a load had to be told that it is meant.
CREATE TABLE load_jobs {{.On}} (
    job       FixedString(32),
    seq       UInt32,
    at        DateTime64(3, 'UTC'),
    account   String,
    place     FixedString(32),
    upload    FixedString(32),
    file      String,
    recompute Bool,
    codes     Array(LowCardinality(String)),
    step      LowCardinality(String),
    load      UInt32,
    run       UInt32,
    problem   String
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (job, seq) {{.Once}}
