-- Who holds a round. Grain: one row. Order: the first that began it. Parameters: round.
SELECT toString(nonce) AS nonce
FROM notice_rounds
WHERE round = {round:UInt64}
    AND step = 'begun'
ORDER BY at, nonce
LIMIT 1
