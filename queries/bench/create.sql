-- A table of the columns of contributions in the words of a file, for the engine's own load of the same file to be timed.
CREATE TABLE IF NOT EXISTS bench_contributions
(
    record_id       String CODEC(ZSTD(1)),
    unit_id         FixedString(18) CODEC(ZSTD(1)),
    period          LowCardinality(String) CODEC(ZSTD(1)),
    insurance       Enum8('pension' = 1, 'unemployment' = 2, 'work_injury' = 3, 'medical' = 4, 'maternity' = 5) CODEC(ZSTD(1)),
    entry_type      Enum8('normal' = 1, 'back_payment' = 2, 'refund' = 3) CODEC(ZSTD(1)),
    person_id       String CODEC(ZSTD(1)),
    headcount       UInt32 CODEC(ZSTD(1)),
    wage            Decimal(18, 2) CODEC(ZSTD(1)),
    base            Decimal(18, 2) CODEC(ZSTD(1)),
    employer_rate   Decimal(9, 6) CODEC(ZSTD(1)),
    employer_amount Decimal(18, 2) CODEC(ZSTD(1)),
    employee_rate   Decimal(9, 6) CODEC(ZSTD(1)),
    employee_amount Decimal(18, 2) CODEC(ZSTD(1)),
    received_on     Date CODEC(ZSTD(1)),
    received_amount Decimal(18, 2) CODEC(ZSTD(1)),
    channel         Enum8('' = 0, 'client' = 1, 'etax' = 2, 'bank' = 3, 'app' = 4, 'terminal' = 5, 'entrusted' = 6, 'hall' = 7) CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY period
ORDER BY (unit_id, person_id, insurance)
