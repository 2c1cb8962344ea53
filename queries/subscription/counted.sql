-- How many mails of subscriptions were handed to the mail server since a moment, and how many subscriptions were asked for besides their
-- times. Grain: one row. Parameters: account; since_at.
SELECT countIf(step = 'sending') AS mails, uniqExactIf((subscription, occasion), step = 'begun' AND startsWith(occasion, 'asked:')) AS asked
FROM subscription_steps
WHERE account = {account:String}
    AND at >= fromUnixTimestamp64Milli({since_at:Int64}, 'UTC')
