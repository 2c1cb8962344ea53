-- The subscriptions of an account, or of all accounts, that are not dropped, each with what became of it last. Grain: one row a
-- subscription. Order: by account, the latest first. Parameters: account ('' for all).
WITH
    kept AS (
        SELECT account, subscription, min(changed_at) AS created_at,
            argMax((state, name, list, address, every, weekday, day, hour, mail, printed, files, language, since, since_run, asked_at), changed_at) AS last
        FROM subscriptions
        WHERE {account:String} = '' OR account = {account:String}
        GROUP BY account, subscription
        HAVING last.1 != 'dropped'
    ),
    steps AS (
        SELECT subscription, max(at) AS settled_at, argMax(step, (at, attempt)) AS last_step, argMax(detail, (at, attempt)) AS last_detail,
            maxIf(at, step = 'stopped') AS stopped_at, maxIf(at, step = 'sent') AS sent_at
        FROM subscription_steps
        WHERE subscription IN (SELECT subscription FROM kept)
            AND step NOT IN ('begun', 'sending')
        GROUP BY subscription
    )
SELECT kept.account AS account, toString(kept.subscription) AS subscription, kept.created_at AS created_at, last.1 AS state, last.2 AS name,
    last.3 AS list, last.4 AS address, last.5 AS every, last.6 AS weekday, last.7 AS day, last.8 AS hour, last.9 AS mail, last.10 AS printed,
    last.11 AS files, last.12 AS language, last.13 AS since, last.14 AS since_run, last.15 AS asked_at, steps.settled_at AS settled_at,
    steps.last_step AS step, steps.last_detail AS detail, steps.stopped_at AS stopped_at, steps.sent_at AS sent_at
FROM kept
LEFT JOIN steps ON steps.subscription = kept.subscription
ORDER BY account, created_at DESC, subscription
