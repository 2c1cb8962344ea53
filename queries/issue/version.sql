-- What says whether any issue may have changed since it was last asked; rows that are merged meanwhile look like a change.
-- Grain: one row.
SELECT count() AS heads, sum(cityHash64(issue_id, seq)) AS mark
FROM issue_heads
