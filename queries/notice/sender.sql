-- Who makes a try of sending a batch. Grain: one row. Order: the first that began it. Parameters: batch; channel; attempt.
SELECT toString(nonce) AS nonce
FROM notice_deliveries
WHERE batch = {batch:String}
    AND channel = {channel:String}
    AND attempt = {attempt:UInt16}
    AND step = 'sending'
ORDER BY at, nonce
LIMIT 1
