-- Recomputes. A run with the state 'published' is current until a later one is: its row, written last, is the pointer.
CREATE TABLE runs {{.On}} (
    run_id         UInt32,
    state          Enum8('published' = 1, 'failed' = 2),
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
    sample_checked UInt64,
    sample_differs UInt64,
    failure        String
) ENGINE = {{.Engine "MergeTree"}} ORDER BY run_id
---
-- Numbers that runs have taken; see load_numbers.
CREATE TABLE run_numbers {{.On}} (
    run_id   UInt32,
    taken_at DateTime64(3, 'UTC')
) ENGINE = {{.Engine "MergeTree"}} ORDER BY run_id
---
-- Which run's rows a run shows for each month: its own where it computed the month, else those of an earlier run.
CREATE TABLE run_periods {{.On}} (
    run_id      UInt32,
    period      UInt32,
    computed_by UInt32
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (run_id, period)
---
-- The policy packs that runs used, whole.
CREATE TABLE packs {{.On}} (
    pack_hash String,
    file      String,
    content   String CODEC(ZSTD(3))
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (pack_hash, file)
---
-- What held for a class of units, a month and an insurance: the distinct products (limits × rate) that the scenarios
-- need, and for each scenario the product that each payer owes (its place from 1; 0: nothing) and the product that has
-- its limits. simple says that amounts are rounded for each person to the fen, bases not at all, and that all new
-- scenarios agree on pattern, the rates as in contributions, and on the limits lowest and highest. Bit i of covered is set where scenario i + 1 has a rate for either payer. Amounts in fen, rates in
-- millionths. A product rounds a base to base_step fen, half up or (base_up) up; low and high are the rounded floor
-- and cap. An amount is intDiv(base × rate + amount_add, amount_div) × amount_times.
CREATE TABLE run_terms {{.On}} (
    run_id       UInt32,
    period       UInt32,
    insurance    Enum8('pension' = 1, 'unemployment' = 2, 'work_injury' = 3, 'medical' = 4, 'maternity' = 5),
    class        UInt64,
    covered      UInt64,
    simple       Bool,
    pattern      UInt64,
    lowest       Int64,
    highest      Int64,
    unit_level   Bool,
    amount_add   Int64,
    amount_div   Int64,
    amount_times Int64,
    floor        Array(Int64),
    cap          Array(Int64),
    low          Array(Int64),
    high         Array(Int64),
    base_step    Array(Int64),
    base_up      Array(UInt8),
    rate         Array(Int64),
    employer     Array(UInt8),
    employee     Array(UInt8),
    limits       Array(UInt8)
) ENGINE = {{.Engine "MergeTree"}} PARTITION BY run_id ORDER BY (period, insurance, class)
---
-- The unit registrations that held in a month of a run, with the class that decides their terms.
CREATE TABLE run_units {{.On}} (
    run_id        UInt32,
    period        UInt32,
    unit_id       FixedString(18) CODEC(ZSTD(1)),
    class         UInt64 CODEC(ZSTD(1)),
    area          LowCardinality(String),
    risk_class    UInt8 CODEC(ZSTD(1)),
    float_factor  Decimal(9, 6) CODEC(ZSTD(1)),
    elections     Array(LowCardinality(String)),
    region_code   FixedString(6) CODEC(ZSTD(1)),
    industry_code LowCardinality(String),
    size          Enum8('large' = 1, 'medium' = 2, 'small' = 3, 'micro' = 4, 'unknown' = 5),
    economic_type Enum8('state' = 1, 'collective' = 2, 'private' = 3, 'hmt' = 4, 'foreign' = 5, 'other' = 6),
    unit_kind     Enum8('enterprise' = 1, 'institution' = 2, 'self_employed' = 3, 'organization' = 4)
) ENGINE = {{.Engine "MergeTree"}} PARTITION BY run_id ORDER BY (period, unit_id)
---
-- Normal records that charge a person a second time: the second and later, by record_id, of one unit, person, month and
-- insurance.
CREATE TABLE run_duplicates {{.On}} (
    run_id    UInt32,
    period    UInt32,
    unit_id   FixedString(18),
    insurance Enum8('pension' = 1, 'unemployment' = 2, 'work_injury' = 3, 'medical' = 4, 'maternity' = 5),
    load_id   UInt32,
    line      UInt32,
    record_id String
) ENGINE = {{.Engine "MergeTree"}} PARTITION BY run_id ORDER BY (period, unit_id, insurance, load_id, line)
---
-- Groups that a run has to look at record by record, because they are not clean; see recompute/groups.sql.
CREATE TABLE run_open {{.On}} (
    run_id    UInt32,
    period    UInt32,
    unit_id   FixedString(18),
    insurance Enum8('pension' = 1, 'unemployment' = 2, 'work_injury' = 3, 'medical' = 4, 'maternity' = 5)
) ENGINE = {{.Engine "MergeTree"}} PARTITION BY run_id ORDER BY (period, unit_id, insurance)
