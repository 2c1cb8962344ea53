-- Burdens by unit, month and insurance. employer and employee hold the payable amount under each scenario of the run
-- (runs.scenarios), of which a comparison picks its old and new; reasons hold, for each scenario that is some
-- comparison's new, what makes the charged amount differ from it. covered is that of run_terms: a comparison leaves out
-- the rows that its old scenario does not cover.
CREATE TABLE burdens {{.On}} (
    run_id           UInt32,
    period           UInt32,
    unit_id          FixedString(18) CODEC(ZSTD(1)),
    insurance        Enum8('pension' = 1, 'unemployment' = 2, 'work_injury' = 3, 'medical' = 4, 'maternity' = 5),
    region_code      FixedString(6) CODEC(ZSTD(1)),
    industry_code    LowCardinality(String),
    size             Enum8('large' = 1, 'medium' = 2, 'small' = 3, 'micro' = 4, 'unknown' = 5),
    economic_type    Enum8('state' = 1, 'collective' = 2, 'private' = 3, 'hmt' = 4, 'foreign' = 5, 'other' = 6),
    unit_kind        Enum8('enterprise' = 1, 'institution' = 2, 'self_employed' = 3, 'organization' = 4),
    covered          UInt64,
    records          UInt32,
    headcount        UInt32,
    estimates        UInt32,
    wage             Decimal(18, 2),
    employer         Array(Decimal(18, 2)),
    employee         Array(Decimal(18, 2)),
    employer_charged Decimal(18, 2),
    employee_charged Decimal(18, 2),
    reasons          Array(Tuple(
        payer    Enum8('employer' = 1, 'employee' = 2),
        scenario UInt8,
        reason   Enum8('amount_mismatch' = 1, 'rate_not_applied' = 2, 'rate_below_policy' = 3, 'base_over_cap' = 4, 'base_below_floor' = 5, 'base_mismatch' = 6, 'duplicate_charge' = 7, 'refund' = 8, 'rounding' = 9),
        amount   Decimal(18, 2)))
) ENGINE = {{.Engine "MergeTree"}} PARTITION BY run_id ORDER BY (period, unit_id, insurance)
---
-- Records that some comparison's old scenario has no rate row for: counted and listed; in no burden of that comparison.
CREATE TABLE uncovered {{.On}} (
    run_id           UInt32,
    period           UInt32,
    unit_id          FixedString(18),
    insurance        Enum8('pension' = 1, 'unemployment' = 2, 'work_injury' = 3, 'medical' = 4, 'maternity' = 5),
    region_code      FixedString(6),
    covered          UInt64,
    records          UInt32,
    wage             Decimal(18, 2),
    employer_charged Decimal(18, 2),
    employee_charged Decimal(18, 2)
) ENGINE = {{.Engine "MergeTree"}} PARTITION BY run_id ORDER BY (period, unit_id, insurance)
---
-- Burdens by unit and month, all insurances together; headcount is that of the largest insurance. Pages that count
-- units by their state read it.
CREATE TABLE unit_months {{.On}} (
    run_id           UInt32,
    period           UInt32,
    unit_id          FixedString(18) CODEC(ZSTD(1)),
    region_code      FixedString(6) CODEC(ZSTD(1)),
    industry_code    LowCardinality(String),
    size             Enum8('large' = 1, 'medium' = 2, 'small' = 3, 'micro' = 4, 'unknown' = 5),
    economic_type    Enum8('state' = 1, 'collective' = 2, 'private' = 3, 'hmt' = 4, 'foreign' = 5, 'other' = 6),
    unit_kind        Enum8('enterprise' = 1, 'institution' = 2, 'self_employed' = 3, 'organization' = 4),
    covered          UInt64,
    headcount        UInt32,
    employer         Array(Decimal(18, 2)),
    employee         Array(Decimal(18, 2)),
    employer_charged Decimal(18, 2),
    employee_charged Decimal(18, 2)
) ENGINE = {{.Engine "MergeTree"}} PARTITION BY run_id ORDER BY (period, unit_id, covered)
---
-- Burdens by the dimensions that pages show; as many rows as there are combinations, however many records.
CREATE TABLE cells {{.On}} (
    run_id           UInt32,
    period           UInt32,
    insurance        Enum8('pension' = 1, 'unemployment' = 2, 'work_injury' = 3, 'medical' = 4, 'maternity' = 5),
    region_code      FixedString(6),
    industry_code    LowCardinality(String),
    size             Enum8('large' = 1, 'medium' = 2, 'small' = 3, 'micro' = 4, 'unknown' = 5),
    economic_type    Enum8('state' = 1, 'collective' = 2, 'private' = 3, 'hmt' = 4, 'foreign' = 5, 'other' = 6),
    unit_kind        Enum8('enterprise' = 1, 'institution' = 2, 'self_employed' = 3, 'organization' = 4),
    covered          UInt64,
    headcount        UInt64,
    employer         Array(Decimal(18, 2)),
    employee         Array(Decimal(18, 2)),
    employer_charged Decimal(18, 2),
    employee_charged Decimal(18, 2)
) ENGINE = {{.Engine "MergeTree"}} PARTITION BY run_id ORDER BY (period, insurance, region_code, industry_code, size, economic_type, unit_kind, covered)
