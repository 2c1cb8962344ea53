-- Whose event bears a number of an issue. Grain: one row. Order: the first written. Parameters: issue; seq.
SELECT toString(nonce) AS nonce
FROM issue_events
WHERE issue_id = {issue:String}
    AND seq = {seq:UInt32}
ORDER BY at, nonce
LIMIT 1
