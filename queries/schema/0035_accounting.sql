-- What the lines of a load add up to, by insurance and month: those that were accepted, and those that say what was there already.
CREATE TABLE load_totals {{.On}} (
    load_id         UInt32,
    unchanged       Bool,
    insurance       Enum8('pension' = 1, 'unemployment' = 2, 'work_injury' = 3, 'medical' = 4, 'maternity' = 5),
    period          UInt32,
    records         UInt64,
    headcount       UInt64,
    wage            Decimal(18, 2),
    base            Decimal(18, 2),
    employer_amount Decimal(18, 2),
    employee_amount Decimal(18, 2),
    received_amount Decimal(18, 2)
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (load_id, unchanged, insurance, period)
---
-- What the source of a load says that its file adds up to, a row a figure of its control file, and what was found; insurance and
-- period are '' and 0 where the figure is of all. A number of records or persons is a whole one. Of one load the latest at counts.
CREATE TABLE declared_totals {{.On}} (
    load_id   UInt32,
    at        DateTime64(3, 'UTC'),
    line      UInt32,
    measure   LowCardinality(String),
    insurance LowCardinality(String),
    period    UInt32,
    declared  Decimal(18, 2),
    found     Decimal(18, 2)
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (load_id, at, line, measure)
---
-- How files were read. Loads of older programs were of CSV.
ALTER TABLE loads {{.On}} ADD COLUMN IF NOT EXISTS format LowCardinality(String) DEFAULT 'CSV', ADD COLUMN IF NOT EXISTS sheet String
