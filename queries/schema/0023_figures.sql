-- Of a cause of a small due reduction, the part of what is owed of which it speaks is part ÷ whole, exactly; rows from before
-- have it in millionths.
ALTER TABLE run_causes {{.On}} ADD COLUMN IF NOT EXISTS whole UInt32 DEFAULT 1000000
---
-- How many records are in the burdens of each comparison of a run's pack, in none of them for want of a rate under its old
-- policy, and summaries; records, uncovered and estimates are those of the default comparison. Runs from before have no
-- comparisons here, and counted every record that some comparison has, or has not. rule is the version of the rule that the
-- run was computed by (internal/burden.Version): months of different ones are never shown together.
ALTER TABLE runs {{.On}}
    ADD COLUMN IF NOT EXISTS rule UInt32 DEFAULT 0,
    ADD COLUMN IF NOT EXISTS comparisons Array(String),
    ADD COLUMN IF NOT EXISTS comparison_records Array(UInt64),
    ADD COLUMN IF NOT EXISTS comparison_uncovered Array(UInt64),
    ADD COLUMN IF NOT EXISTS comparison_estimates Array(UInt64)
