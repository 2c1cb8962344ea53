-- What a load took in and somebody should look at: how many lines of one kind.
CREATE TABLE load_notes {{.On}} (
    load_id UInt32,
    code    LowCardinality(String),
    lines   UInt64
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (load_id, code)
