-- Reports that lower bureaus sent, as signed packages: nothing is changed. The package is an attachment under its hash. region is
-- that of the bureau; few tells whether it shows figures about few persons. The later signed of one bureau, set, window and comparison
-- takes the place of the others in sums.
CREATE TABLE received_packages {{.On}} (
    package_hash FixedString(64),
    size         UInt64,
    report_id    FixedString(32),
    version      UInt16,
    report_set   LowCardinality(String),
    title        String,
    organisation String,
    region       LowCardinality(String),
    period_from  UInt32,
    period_to    UInt32,
    comparison   LowCardinality(String),
    pack_hash    String,
    pack         String,
    few          Bool,
    tables       UInt16,
    waived       UInt16,
    signed_at    DateTime64(3, 'UTC'),
    fingerprint  FixedString(32),
    received_by  String,
    received_at  DateTime64(3, 'UTC')
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (package_hash) {{.Once}}
---
-- Public keys of bureaus: that they are trusted, and that they no longer are. Of one key the latest row counts.
CREATE TABLE exchange_keys {{.On}} (
    fingerprint  FixedString(32),
    at           DateTime64(3, 'UTC'),
    step         LowCardinality(String),
    name         String,
    organisation String,
    region       LowCardinality(String),
    public_key   String,
    account      String,
    note         String,
    nonce        FixedString(32)
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (fingerprint, at) {{.Once}}
