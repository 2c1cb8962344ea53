-- Reports that were prepared and kept, each as it was when it was prepared: nothing is changed. scope are the beginnings of the
-- region codes that it is about; few tells whether it shows figures about few persons. Its files are attachments, by their hash.
CREATE TABLE reports {{.On}} (
    report_id    FixedString(32),
    report_set   LowCardinality(String),
    title        String,
    organisation String,
    period_from  UInt32,
    period_to    UInt32,
    comparison   LowCardinality(String),
    run_id       UInt32,
    pack_hash    String,
    scope        Array(String),
    few          Bool,
    tables       UInt16,
    checks       String,
    waived       UInt16,
    file_names   Array(String),
    file_sizes   Array(UInt64),
    file_hashes  Array(String),
    prepared_by  String,
    prepared_at  DateTime64(3, 'UTC')
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (report_id) {{.Once}}
---
-- What became of reports: checked, signed, sent or withdrawn. Of several who take the same step at once one wins, by its nonce.
CREATE TABLE report_steps {{.On}} (
    report_id FixedString(32),
    seq       UInt32,
    step      LowCardinality(String),
    at        DateTime64(3, 'UTC'),
    account   String,
    note      String,
    nonce     FixedString(32)
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (report_id, seq) {{.Once}}
