-- Loads that were withdrawn. A withdrawal counts from the moment its row stands here, and never before: what it changes in
-- dead_records bears its number as by_load and is ignored until then. Its number is above those of all loads, so that a list of what
-- counted at a time may hold both. periods are the months whose records it changes; of units those from which, 0 all, as in loads.
CREATE TABLE withdrawals {{.On}} (
    withdrawal   UInt32,
    load_id      UInt32,
    kind         Enum8('units' = 1, 'contributions' = 2, 'issues' = 3),
    withdrawn_at DateTime64(3, 'UTC'),
    account      String,
    reason       String,
    periods      Array(UInt32),
    gone         UInt64,
    back         UInt64
) ENGINE = {{.Engine "MergeTree"}} ORDER BY withdrawal
---
-- A record that no longer counts has marks that add up to more than 0. A withdrawal takes marks back: -1.
ALTER TABLE dead_records {{.On}} ADD COLUMN IF NOT EXISTS sign Int8 DEFAULT 1
