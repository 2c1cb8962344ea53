-- Who did what. Append-only, in one chain: hash covers the entry and prev, the hash of the entry before it (internal/audit
-- says how), so that an entry that was changed, taken out or put in between is found. Rows are kept for ever.
CREATE TABLE audit {{.On}} (
    seq     UInt64,
    at      DateTime64(3, 'UTC'),
    actor   LowCardinality(String),
    view_as LowCardinality(String),
    session String,
    address LowCardinality(String),
    action  LowCardinality(String),
    object  String,
    scope   Array(LowCardinality(String)),
    details Map(LowCardinality(String), String),
    reason  String,
    prev    FixedString(64) CODEC(ZSTD(1)),
    hash    FixedString(64) CODEC(ZSTD(1)),
    INDEX at_range at TYPE minmax GRANULARITY 1,
    INDEX object_words object TYPE bloom_filter GRANULARITY 4
) ENGINE = {{.Engine "MergeTree"}} ORDER BY seq
