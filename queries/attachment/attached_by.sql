-- How many bytes an account has attached to issues since a time. Grain: one row. Parameters: account; since, milliseconds since
-- 1970.
SELECT sum(JSONExtractUInt(event, 'data', 'file', 'size')) AS bytes
FROM issue_events
WHERE
    action = 'attach'
    AND by = {account:String}
    AND at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
