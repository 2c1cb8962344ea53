-- Reports that somebody had prepared in the background, as they were asked for: nothing is changed. region is what the report is
-- about, 000000 for all; few tells whether it shows figures about few persons; waivers are JSON. schedule and due, 20190605, name
-- what had it prepared by itself, '' and 0 where a person did.
CREATE TABLE report_jobs {{.On}} (
    job          FixedString(32),
    begun_at     DateTime64(3, 'UTC'),
    account      String,
    person       String,
    report_set   LowCardinality(String),
    period_from  UInt32,
    period_to    UInt32,
    comparison   LowCardinality(String),
    region       LowCardinality(String),
    organisation String,
    few          Bool,
    mask         Bool,
    waivers      String,
    schedule     String,
    due          UInt32
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (job) {{.Once}}
---
-- How far they came: of one, the last counts. step is a stage of internal/preparation or how it ended; report is the report that it
-- became, checks those that stand in its way and problem why it failed, both as JSON.
CREATE TABLE report_job_steps {{.On}} (
    job     FixedString(32),
    seq     UInt32,
    step    LowCardinality(String),
    at      DateTime64(3, 'UTC'),
    report  String,
    checks  String,
    problem String
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (job, seq) {{.Once}}
---
-- When reports are prepared by themselves. Of one schedule the last row counts; state is active or dropped. months and counted are words
-- of internal/preparation; day is that of the month, or how many working days into it.
CREATE TABLE report_schedules {{.On}} (
    schedule     FixedString(32),
    changed_at   DateTime64(3, 'UTC'),
    state        LowCardinality(String),
    account      String,
    report_set   LowCardinality(String),
    months       LowCardinality(String),
    comparison   LowCardinality(String),
    region       LowCardinality(String),
    organisation String,
    mask         Bool,
    counted      LowCardinality(String),
    day          UInt8
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (schedule, changed_at) {{.Once}}
