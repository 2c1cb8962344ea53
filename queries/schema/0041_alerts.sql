-- Thresholds that accounts watch figures for. Nothing is changed: the last row of an alert counts, with its state active, paused or
-- dropped. figure, level, compare and months are the words of internal/alert; number is the threshold as it was typed, in the figure's
-- unit; region, industry, size and payer narrow what is watched, each '' where it does not.
CREATE TABLE alerts {{.On}} (
    account    String,
    alert      FixedString(32),
    changed_at DateTime64(3, 'UTC'),
    state      LowCardinality(String),
    figure     LowCardinality(String),
    level      LowCardinality(String),
    compare    LowCardinality(String),
    months     LowCardinality(String),
    number     String,
    region     String,
    industry   String,
    size       LowCardinality(String),
    payer      LowCardinality(String)
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (account, alert, changed_at)
---
-- What was found when alerts were checked against runs: the keys of the members beyond the threshold, told or not. rights and regions are
-- what the account had by then and must have to be shown them.
CREATE TABLE alert_checks {{.On}} (
    alert   FixedString(32),
    at      DateTime64(3, 'UTC'),
    run_id  UInt32,
    crossed Array(String),
    rights  Array(LowCardinality(String)),
    regions Array(String)
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (alert, at)
---
-- Notices that are about no issue. rights and regions are what their reader had when they were made and must have to be shown them;
-- without rights a notice is about an issue. facts are JSON that its kind puts into words, address is the page that it leads to.
ALTER TABLE notices {{.On}} ADD COLUMN IF NOT EXISTS rights Array(LowCardinality(String)), ADD COLUMN IF NOT EXISTS regions Array(String), ADD COLUMN IF NOT EXISTS address String, ADD COLUMN IF NOT EXISTS facts String
