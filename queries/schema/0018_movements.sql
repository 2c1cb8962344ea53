-- What two runs give differently, unit by unit and month by month, of one comparison and insurance ('' for all together):
-- written once, when somebody first asks for it, so that the pages of a difference do not compare all units each time.
-- _then is of the run against, _now of run_id: lines is how many rows of unit_months or burdens it adds up, 0 where the
-- run has nothing of the unit's month; place the registration; employer and employee are [old, new, charged]. cause is why
-- it moved, as queries/difference/movements.sql says, records_persons how many persons' records changed. Rows count once
-- their number made stands in differences.
CREATE TABLE movements {{.On}} (
    run_id          UInt32,
    against         UInt32,
    comparison      LowCardinality(String),
    insurance       LowCardinality(String),
    made            UInt64,
    unit_id         FixedString(18) CODEC(ZSTD(1)),
    period          UInt32,
    lines_then      UInt32,
    lines_now       UInt32,
    place_then      Tuple(
        region_code   FixedString(6),
        industry_code LowCardinality(String),
        size          Enum8('large' = 1, 'medium' = 2, 'small' = 3, 'micro' = 4, 'unknown' = 5),
        economic_type Enum8('state' = 1, 'collective' = 2, 'private' = 3, 'hmt' = 4, 'foreign' = 5, 'other' = 6),
        unit_kind     Enum8('enterprise' = 1, 'institution' = 2, 'self_employed' = 3, 'organization' = 4)),
    place_now       Tuple(
        region_code   FixedString(6),
        industry_code LowCardinality(String),
        size          Enum8('large' = 1, 'medium' = 2, 'small' = 3, 'micro' = 4, 'unknown' = 5),
        economic_type Enum8('state' = 1, 'collective' = 2, 'private' = 3, 'hmt' = 4, 'foreign' = 5, 'other' = 6),
        unit_kind     Enum8('enterprise' = 1, 'institution' = 2, 'self_employed' = 3, 'organization' = 4)),
    headcount_then  UInt32,
    headcount_now   UInt32,
    employer_then   Array(Decimal(18, 2)),
    employer_now    Array(Decimal(18, 2)),
    employee_then   Array(Decimal(18, 2)),
    employee_now    Array(Decimal(18, 2)),
    cause           LowCardinality(String),
    records_persons UInt32
) ENGINE = {{.Engine "MergeTree"}} PARTITION BY run_id ORDER BY (against, comparison, insurance, made, unit_id, period)
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
