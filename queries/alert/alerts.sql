-- The alerts of an account, or of all accounts, that are not dropped, each with its last check. Grain: one row an alert.
-- Order: by account, the latest first. Parameters: account ('' for all).
WITH
    kept AS (
        SELECT account, alert, min(changed_at) AS created_at,
            argMax((state, figure, level, compare, months, number, region, industry, size, payer), changed_at) AS last
        FROM alerts
        WHERE {account:String} = '' OR account = {account:String}
        GROUP BY account, alert
        HAVING last.1 != 'dropped'
    ),
    checks AS (
        SELECT alert, max(at) AS checked_at, argMax(run_id, at) AS run_id, argMax(crossed, at) AS crossed,
            argMax(rights, at) AS rights, argMax(regions, at) AS regions
        FROM alert_checks
        WHERE alert IN (SELECT alert FROM kept)
        GROUP BY alert
    )
SELECT kept.account AS account, toString(kept.alert) AS alert, kept.created_at AS created_at, last.1 AS state, last.2 AS figure, last.3 AS level,
    last.4 AS compare, last.5 AS months, last.6 AS number, last.7 AS region, last.8 AS industry, last.9 AS size, last.10 AS payer,
    checks.checked_at AS checked_at, checks.run_id AS run_id, checks.crossed AS crossed, checks.rights AS rights,
    checks.regions AS regions
FROM kept
LEFT JOIN checks ON checks.alert = kept.alert
ORDER BY account, created_at DESC, alert
