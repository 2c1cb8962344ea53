-- What became of some occasions of subscriptions: the steps of the last attempt. Grain: one row an occasion that was begun. Order: by
-- subscription and occasion. Parameters: keys, each a subscription, a space and an occasion.
WITH attempts AS (
    SELECT subscription, occasion, attempt, groupUniqArray(toString(step)) AS steps, max(at) AS at
    FROM subscription_steps
    WHERE has({keys:Array(String)}, concat(toString(subscription), ' ', occasion))
    GROUP BY subscription, occasion, attempt
)
SELECT toString(subscription) AS subscription, occasion, max(attempt) AS last, argMax(steps, attempt) AS steps, argMax(at, attempt) AS tried_at
FROM attempts
GROUP BY subscription, occasion
ORDER BY subscription, occasion
