-- Events of issues, each with what the issue is after it, so that lists read the last event of each and replay nothing.
-- One number of an issue is won by one writer: the insert is deduplicated by it, and who wrote reads back whose nonce it
-- bears. event is the event as JSON (internal/ledger.Event), issue what it makes. Times are in UTC; a time that is not
-- yet is 1970-01-01. reasons are those that the money was found for, the largest first.
CREATE TABLE issue_events {{.On}} (
    issue_id      FixedString(32),
    seq           UInt32,
    nonce         FixedString(32),
    action        LowCardinality(String),
    at            DateTime64(3, 'UTC'),
    by            String,
    event         String CODEC(ZSTD(3)),
    issue         String CODEC(ZSTD(3)),
    number        String,
    state         LowCardinality(String),
    source        LowCardinality(String),
    nature        LowCardinality(String),
    category      LowCardinality(String),
    severity      LowCardinality(String),
    title         String,
    unit_id       String,
    region_code   FixedString(6),
    industry_code LowCardinality(String),
    size          LowCardinality(String),
    bureau        FixedString(6),
    registered_by String,
    owner         String,
    handler       String,
    registered_at DateTime64(3, 'UTC'),
    clock_from    DateTime64(3, 'UTC'),
    replied_at    DateTime64(3, 'UTC'),
    verified_at   DateTime64(3, 'UTC'),
    closed_at     DateTime64(3, 'UTC'),
    pauses        Array(Tuple(start DateTime64(3, 'UTC'), stop DateTime64(3, 'UTC'))),
    extended      UInt16,
    asked         Bool,
    run_id        UInt32,
    measured_run  UInt32,
    comparison    LowCardinality(String),
    period_from   UInt32,
    period_to     UInt32,
    found         Decimal(18, 2),
    outstanding   Decimal(18, 2),
    reasons       Array(LowCardinality(String)),
    exemption     LowCardinality(String),
    reopened      UInt16,
    escalated     UInt16,
    mentions      Array(String)
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (issue_id, seq) {{.Once}}
---
-- Numbers that issues have taken: one a bureau, year and issue, won like an event's.
CREATE TABLE issue_numbers {{.On}} (
    bureau   FixedString(6),
    year     UInt16,
    number   UInt32,
    issue_id FixedString(32),
    taken_at DateTime64(3, 'UTC')
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (bureau, year, number) {{.Once}}
