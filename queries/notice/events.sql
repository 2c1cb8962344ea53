-- Steps of issues since a moment that somebody is to be told of: those of certain actions, and those that mention anybody.
-- Grain: one row a step. Order: by time, issue and step. Parameters: since_at; actions.
SELECT toString(issue_id) AS issue, seq, action, at, by, number, title, toString(region_code) AS region, toString(bureau) AS bureau,
    registered_by, owner, handler, mentions
FROM issue_events
WHERE at >= fromUnixTimestamp64Milli({since_at:Int64}, 'UTC')
    AND (has({actions:Array(String)}, action) OR notEmpty(mentions))
ORDER BY at, issue_id, seq, nonce
LIMIT 1 BY issue_id, seq
