-- What was loaded. A load is visible from the moment its row stands here, and never before: its rows elsewhere carry
-- its load_id and are ignored until then. first_key and last_key are the smallest and the largest record_id of its rows:
-- loads whose keys lie apart need not be compared.
CREATE TABLE loads {{.On}} (
    load_id         UInt32,
    kind            Enum8('units' = 1, 'contributions' = 2, 'issues' = 3),
    file            String,
    hash            String,
    encoding        LowCardinality(String),
    compression     LowCardinality(String),
    bytes           UInt64,
    started_at      DateTime64(3, 'UTC'),
    finished_at     DateTime64(3, 'UTC'),
    read            UInt64,
    accepted        UInt64,
    rejected        UInt64,
    unchanged       UInt64,
    replaced        UInt64,
    periods         Array(UInt32),
    unknown_columns Array(String),
    payable         Decimal(18, 2),
    received        Decimal(18, 2),
    first_key       String,
    last_key        String
) ENGINE = {{.Engine "MergeTree"}} ORDER BY load_id
---
-- Numbers that loads have taken, so that the number of a load that was killed is never given again.
CREATE TABLE load_numbers {{.On}} (
    load_id  UInt32,
    taken_at DateTime64(3, 'UTC')
) ENGINE = {{.Engine "MergeTree"}} ORDER BY load_id
---
-- Lines that were not accepted, each with its place, its value and the reason's code and values.
CREATE TABLE rejects {{.On}} (
    load_id UInt32,
    line    UInt64,
    column  LowCardinality(String),
    value   String,
    code    LowCardinality(String),
    details Map(LowCardinality(String), String),
    raw     String
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (load_id, line)
