-- Contribution records as the source declares them. The order keeps a person's insurances together, so that the keyed
-- hash, wage and base repeat and cost next to nothing on disk. pattern is not 0 for a plain record, which is most of them:
-- normal, of one person, and with amounts that are base × rate, half up to the fen; it holds the two rates in millionths,
-- the employer's × 2^32. A group of one pattern can be recomputed without looking at its records one by one.
CREATE TABLE contributions {{.On}} (
    load_id         UInt32 CODEC(ZSTD(1)),
    line            UInt32 CODEC(Delta, ZSTD(1)),
    record_id       String CODEC(ZSTD(1)),
    unit_id         FixedString(18) CODEC(ZSTD(1)),
    period          UInt32 CODEC(ZSTD(1)),
    insurance       Enum8('pension' = 1, 'unemployment' = 2, 'work_injury' = 3, 'medical' = 4, 'maternity' = 5) CODEC(ZSTD(1)),
    entry_type      Enum8('normal' = 1, 'back_payment' = 2, 'refund' = 3) CODEC(ZSTD(1)),
    person          UInt64 CODEC(ZSTD(1)),
    headcount       UInt32 CODEC(ZSTD(1)),
    wage            Decimal(18, 2) CODEC(ZSTD(1)),
    base            Decimal(18, 2) CODEC(ZSTD(1)),
    employer_rate   Decimal(9, 6) CODEC(ZSTD(1)),
    employer_amount Decimal(18, 2) CODEC(ZSTD(1)),
    employee_rate   Decimal(9, 6) CODEC(ZSTD(1)),
    employee_amount Decimal(18, 2) CODEC(ZSTD(1)),
    received_on     Date CODEC(ZSTD(1)),
    received_amount Decimal(18, 2) CODEC(ZSTD(1)),
    channel         Enum8('' = 0, 'client' = 1, 'etax' = 2, 'bank' = 3, 'app' = 4, 'terminal' = 5, 'entrusted' = 6, 'hall' = 7) CODEC(ZSTD(1)),
    pattern         UInt64 MATERIALIZED if(
        entry_type = 'normal'
            AND headcount = 1
            AND reinterpretAsInt64(employer_amount) = intDiv(reinterpretAsInt64(base) * reinterpretAsInt32(employer_rate) + 500000, 1000000)
            AND reinterpretAsInt64(employee_amount) = intDiv(reinterpretAsInt64(base) * reinterpretAsInt32(employee_rate) + 500000, 1000000),
        bitShiftLeft(toUInt64(reinterpretAsInt32(employer_rate)), 32) + toUInt64(reinterpretAsInt32(employee_rate)),
        0) CODEC(ZSTD(1))
) ENGINE = {{.Engine "MergeTree"}} PARTITION BY period ORDER BY (unit_id, person, insurance)
---
-- Accepted lines that do not count, named by load and line: a later load gave the same key anew ('replaced'), or the
-- line gave again what was there already ('unchanged'), or it repeated a key of its own file with other contents
-- ('repeated', which is a reject). In force once by_load is visible.
CREATE TABLE dead_records {{.On}} (
    by_load   UInt32,
    load_id   UInt32,
    line      UInt32,
    record_id String,
    period    UInt32,
    unit_id   FixedString(18),
    insurance Enum8('pension' = 1, 'unemployment' = 2, 'work_injury' = 3, 'medical' = 4, 'maternity' = 5),
    cause     Enum8('replaced' = 1, 'unchanged' = 2, 'repeated' = 3)
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (period, load_id, line)
---
-- Groups of records in which a person may have more than one normal record. Written with each load for the units that it
-- touches, over all loads, visible or not, so that no such group is ever missing; one that is none any more does no harm.
CREATE TABLE repeated_persons {{.On}} (
    by_load   UInt32,
    period    UInt32,
    unit_id   FixedString(18),
    insurance Enum8('pension' = 1, 'unemployment' = 2, 'work_injury' = 3, 'medical' = 4, 'maternity' = 5)
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (period, unit_id, insurance, by_load)
