-- All events of an issue whose region is within a scope. Grain: one row an event. Order: by number; of one number, which
-- only a store that forgot a token can have twice, the first written. Parameters: issue; scope.
SELECT seq, toString(nonce) AS nonce, event
FROM issue_events
WHERE issue_id = {issue:String}
    AND jianfu_in_scope(region_code, {scope:Array(String)})
ORDER BY seq, at, nonce
LIMIT 1 BY seq
