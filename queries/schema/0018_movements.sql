-- What two runs give differently, unit by unit and month by month, of one comparison and insurance ('' for all together):
-- written once, when somebody first asks for it, so that the pages of a difference do not compare all units each time. A
-- unit's month that moved has a row for each run that has it: is_after tells which, lines how many rows of unit_months or
-- burdens it adds up, employer and employee are [old, new, charged]. cause is why it moved, as queries/difference/causes.sql
-- says, records_persons how many persons' records changed. Rows count once their number made stands in differences.
CREATE TABLE movements {{.On}} (
    run_id          UInt32,
    against         UInt32,
    comparison      LowCardinality(String),
    insurance       LowCardinality(String),
    made            UInt64,
    unit_id         FixedString(18) CODEC(ZSTD(1)),
    period          UInt32,
    is_after        Bool,
    lines           UInt32,
    region_code     FixedString(6) CODEC(ZSTD(1)),
    industry_code   LowCardinality(String),
    size            Enum8('large' = 1, 'medium' = 2, 'small' = 3, 'micro' = 4, 'unknown' = 5),
    economic_type   Enum8('state' = 1, 'collective' = 2, 'private' = 3, 'hmt' = 4, 'foreign' = 5, 'other' = 6),
    unit_kind       Enum8('enterprise' = 1, 'institution' = 2, 'self_employed' = 3, 'organization' = 4),
    headcount       UInt32,
    employer        Array(Decimal(18, 2)),
    employee        Array(Decimal(18, 2)),
    cause           LowCardinality(String),
    records_persons UInt32
) ENGINE = {{.Engine "MergeTree"}} PARTITION BY run_id ORDER BY (against, comparison, insurance, made, unit_id, period, is_after)
---
-- Which movements are there, whole.
CREATE TABLE differences {{.On}} (
    run_id     UInt32,
    against    UInt32,
    comparison LowCardinality(String),
    insurance  LowCardinality(String),
    made       UInt64,
    made_at    DateTime64(3, 'UTC')
) ENGINE = {{.Engine "MergeTree"}} PARTITION BY run_id ORDER BY (against, comparison, insurance, made_at, made)
