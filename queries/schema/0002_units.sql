-- Registrations of contributing units; the one with the latest valid_from up to a month holds for that month, and of
-- two with the same valid_from the one of the later load.
CREATE TABLE units {{.On}} (
    load_id           UInt32,
    line              UInt32,
    unit_id           FixedString(18),
    name              String,
    region_code       FixedString(6),
    industry_code     LowCardinality(String),
    registration_type LowCardinality(String),
    economic_type     Enum8('state' = 1, 'collective' = 2, 'private' = 3, 'hmt' = 4, 'foreign' = 5, 'other' = 6),
    unit_kind         Enum8('enterprise' = 1, 'institution' = 2, 'self_employed' = 3, 'organization' = 4),
    employees         Int64,
    revenue           Decimal(18, 2),
    assets            Decimal(18, 2),
    size              Enum8('large' = 1, 'medium' = 2, 'small' = 3, 'micro' = 4, 'unknown' = 5),
    size_declared     Bool,
    risk_class        UInt8,
    float_factor      Decimal(9, 6),
    elections         Array(LowCardinality(String)),
    valid_from        UInt32
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (unit_id, valid_from, load_id, line)
