-- The hash of a step of an issue, '' for one from before steps had any. Grain: one row. Order: the first written.
-- Parameters: issue; seq.
SELECT hash
FROM issue_events
WHERE issue_id = {issue:String}
    AND seq = {seq:UInt32}
ORDER BY at, nonce
LIMIT 1
