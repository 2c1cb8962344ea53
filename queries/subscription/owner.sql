-- Who makes an attempt. Grain: one row. Order: the first that began it. Parameters: subscription; occasion; attempt.
SELECT toString(nonce) AS nonce
FROM subscription_steps
WHERE subscription = {subscription:String}
    AND occasion = {occasion:String}
    AND attempt = {attempt:UInt16}
    AND step = 'begun'
ORDER BY at, nonce
LIMIT 1
