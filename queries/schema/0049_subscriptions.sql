-- Pages that accounts have sent to themselves again and again. Nothing is changed: the last row of a subscription counts, with its state
-- active, paused or dropped. address is the page as its own handler writes it, without language and colours; every is workdays, weekly,
-- monthly or run, with the day of the week (1 is Monday) or of the month and the hour in Beijing; files is '', xlsx or csv. What falls
-- due is counted from since, or from the run since_run; asked_at is when it was last asked for besides, 1970 for never.
CREATE TABLE subscriptions {{.On}} (
    account      String,
    subscription FixedString(32),
    changed_at   DateTime64(3, 'UTC'),
    state        LowCardinality(String),
    name         String,
    list         LowCardinality(String),
    address      String,
    every        LowCardinality(String),
    weekday      UInt8,
    day          UInt8,
    hour         UInt8,
    mail         Bool,
    printed      Bool,
    files        LowCardinality(String),
    language     LowCardinality(String),
    since        DateTime64(3, 'UTC'),
    since_run    UInt32,
    asked_at     DateTime64(3, 'UTC')
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (account, subscription, changed_at)
---
-- What became of each occasion on which a subscription was due: begun; sending, once a mail is about to be handed to the mail server; and
-- then one of told (by the bell alone), sent, failed (and tried again), refused, given_up, unclear (it died while the mail was handed
-- over, which is therefore not repeated) or stopped. Of several servers that begin an attempt the first row counts.
CREATE TABLE subscription_steps {{.On}} (
    subscription FixedString(32),
    occasion     String,
    attempt      UInt16,
    step         LowCardinality(String),
    at           DateTime64(3, 'UTC'),
    account      String,
    nonce        FixedString(32),
    detail       String
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (subscription, occasion, attempt, step) {{.Once}}
