-- What people are told about issues, once each. notice is the hash of what makes it one of its kind: the account, the kind,
-- and the step of the issue or the last day that it is about, so that telling it again finds it told. Those that were found
-- together for one account are a batch, which goes out as one mail. due is 20190613, 0 where no last day is meant.
CREATE TABLE notices {{.On}} (
    account     String,
    created_at  DateTime64(3, 'UTC'),
    notice      FixedString(32),
    batch       FixedString(32),
    kind        LowCardinality(String),
    issue_id    FixedString(32),
    number      String,
    title       String,
    region_code FixedString(6),
    due         UInt32,
    by          String
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (account, created_at, notice) {{.Once}}
---
-- Which notices their readers have seen.
CREATE TABLE notice_reads {{.On}} (
    account String,
    notice  FixedString(32),
    read_at DateTime64(3, 'UTC')
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (account, notice)
---
-- How batches went out: a try of a channel begins with sending, which one sender wins by its nonce, and ends with sent, failed
-- (tried again later) or refused (never tried again).
CREATE TABLE notice_deliveries {{.On}} (
    batch   FixedString(32),
    channel LowCardinality(String),
    attempt UInt16,
    step    LowCardinality(String),
    at      DateTime64(3, 'UTC'),
    nonce   FixedString(32),
    detail  String
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (batch, channel, attempt, step) {{.Once}}
---
-- Where and about what an account wants mail; the last row counts.
CREATE TABLE notice_settings {{.On}} (
    account    String,
    changed_at DateTime64(3, 'UTC'),
    mail       String,
    kinds      Array(LowCardinality(String)),
    language   LowCardinality(String)
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (account, changed_at)
---
-- The rounds in which notices are looked for and sent, one at a time on whatever server: whose nonce a begun round bears
-- holds it until it has ended, or for a while should it have died.
CREATE TABLE notice_rounds {{.On}} (
    round UInt64,
    step  LowCardinality(String),
    nonce FixedString(32),
    at    DateTime64(3, 'UTC')
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (round, step) {{.Once}}
