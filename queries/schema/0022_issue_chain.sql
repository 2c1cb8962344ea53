-- The steps of an issue are a chain: hash covers the step and the hash of the one before it (queries/issue_chain.go says
-- how). The audit log names the hash of each step before the step is written. Steps from before this column have none.
ALTER TABLE issue_events {{.On}} ADD COLUMN IF NOT EXISTS hash String CODEC(ZSTD(1))
---
-- What the steps of issues from before they had hashes were when they got them, once: the hash that the last of them has
-- in the chain. The audit log names the hash over all of these.
CREATE TABLE issue_seals {{.On}} (
    issue_id  FixedString(32),
    seq       UInt32,
    hash      String CODEC(ZSTD(1)),
    sealed_at DateTime64(3, 'UTC')
) ENGINE = {{.Engine "MergeTree"}} ORDER BY issue_id
