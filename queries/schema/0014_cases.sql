-- What is remarkable about a unit's month, by insurance and declaring channel: reasons of the shortfall, record by record,
-- causes of a small due reduction, risks; employer's part, default comparison. mark is the id of a rule (rules.csv).
-- Written with a month's burdens, and shown like them by later runs that did not compute the month.
CREATE TABLE marks {{.On}} (
    run_id      UInt32,
    period      UInt32,
    unit_id     FixedString(18) CODEC(ZSTD(1)),
    region_code FixedString(6) CODEC(ZSTD(1)),
    insurance   Enum8('pension' = 1, 'unemployment' = 2, 'work_injury' = 3, 'medical' = 4, 'maternity' = 5),
    channel     LowCardinality(String),
    mark        LowCardinality(String),
    records     UInt64,
    amount      Decimal(18, 2)
) ENGINE = {{.Engine "MergeTree"}} PARTITION BY run_id ORDER BY (period, unit_id, insurance, mark, channel)
---
-- Causes that hold for a class of units, a month and an insurance, by the policy alone: for a floor that rises, the
-- scenario before and the one with it; for the others, of how many millionths of what is owed the cause speaks.
CREATE TABLE run_causes {{.On}} (
    run_id    UInt32,
    period    UInt32,
    insurance Enum8('pension' = 1, 'unemployment' = 2, 'work_injury' = 3, 'medical' = 4, 'maternity' = 5),
    class     UInt64,
    cause     LowCardinality(String),
    before    UInt8,
    after     UInt8,
    part      UInt32
) ENGINE = {{.Engine "MergeTree"}} PARTITION BY run_id ORDER BY (period, insurance, class, cause)
---
-- The units of a run, each with what was found, over the default window, for the default comparison and the employer's
-- part; a unit that has moved has a row in each county in which it has a burden, so that nobody sees more than his region's.
-- reasons add up to charged - new to the fen. score and level are 0 and '' where nothing was found; peers is 0 where the
-- unit has no cut due that could be compared.
CREATE TABLE cases {{.On}} (
    run_id           UInt32,
    unit_id          FixedString(18) CODEC(ZSTD(1)),
    region_code      FixedString(6) CODEC(ZSTD(1)),
    name             String CODEC(ZSTD(1)),
    industry_code    LowCardinality(String),
    size             Enum8('large' = 1, 'medium' = 2, 'small' = 3, 'micro' = 4, 'unknown' = 5),
    economic_type    Enum8('state' = 1, 'collective' = 2, 'private' = 3, 'hmt' = 4, 'foreign' = 5, 'other' = 6),
    unit_kind        Enum8('enterprise' = 1, 'institution' = 2, 'self_employed' = 3, 'organization' = 4),
    state            LowCardinality(String),
    old              Decimal(18, 2) CODEC(ZSTD(1)),
    new              Decimal(18, 2) CODEC(ZSTD(1)),
    charged          Decimal(18, 2) CODEC(ZSTD(1)),
    persons          UInt32 CODEC(ZSTD(1)),
    months           UInt16,
    months_short     UInt16,
    insurances       Array(Tuple(id LowCardinality(String), amount Decimal(18, 2))),
    reasons          Array(Tuple(id LowCardinality(String), amount Decimal(18, 2), records UInt64)),
    causes           Array(Tuple(id LowCardinality(String), amount Decimal(18, 2), records UInt64)),
    risks            Array(Tuple(id LowCardinality(String), amount Decimal(18, 2), records UInt64)),
    reference        UInt32,
    headcount_growth Decimal(18, 2) CODEC(ZSTD(1)),
    wage_growth      Decimal(18, 2) CODEC(ZSTD(1)),
    policy_growth    Decimal(18, 2) CODEC(ZSTD(1)),
    channel          LowCardinality(String),
    found            Bool,
    money            Bool,
    score            UInt8,
    level            LowCardinality(String),
    repeated         UInt32,
    peers            UInt32,
    peer_share       Decimal(9, 6),
    own_share        Decimal(9, 6),
    below_peers      Bool
) ENGINE = {{.Engine "MergeTree"}} PARTITION BY run_id ORDER BY (region_code, unit_id)
---
-- Systemic findings: one reason or risk at many units of one place and insurance. finding_id is the same in every run that
-- finds the same thing. rule is county, channel or province; channel is '' for the others; of is how many units the place
-- has that could have it.
CREATE TABLE findings {{.On}} (
    run_id      UInt32,
    finding_id  FixedString(16),
    rule        LowCardinality(String),
    reason      LowCardinality(String),
    region_code FixedString(6),
    insurance   LowCardinality(String),
    channel     LowCardinality(String),
    period_from UInt32,
    period_to   UInt32,
    units       UInt32,
    of          UInt32,
    amount      Decimal(18, 2)
) ENGINE = {{.Engine "MergeTree"}} PARTITION BY run_id ORDER BY finding_id
---
-- The units under each finding, with their own part of it.
CREATE TABLE finding_units {{.On}} (
    run_id      UInt32,
    finding_id  FixedString(16),
    unit_id     FixedString(18) CODEC(ZSTD(1)),
    region_code FixedString(6) CODEC(ZSTD(1)),
    period_from UInt32,
    period_to   UInt32,
    records     UInt64,
    amount      Decimal(18, 2)
) ENGINE = {{.Engine "MergeTree"}} PARTITION BY run_id ORDER BY (finding_id, unit_id, region_code)
---
-- That the cases and findings of a run are written. A run without this row is of a program that made none.
CREATE TABLE detections {{.On}} (
    run_id   UInt32,
    cases    UInt64,
    findings UInt64
) ENGINE = {{.Engine "MergeTree"}} PARTITION BY run_id ORDER BY run_id
