-- The sessions that can still be used, as they are now. Grain: one row a session. Order: by session.
-- Parameters: now_at, milliseconds since 1970.
SELECT
    session,
    version,
    account,
    method,
    address,
    agent,
    created_at,
    touched_at,
    expires_at,
    view_as,
    view_as_until,
    revoked
FROM (
    SELECT
        toString(sessions.session) AS session,
        version,
        account,
        toString(method) AS method,
        address,
        agent,
        created_at,
        touched_at,
        expires_at,
        view_as,
        view_as_until,
        revoked
    FROM sessions
    WHERE expires_at > fromUnixTimestamp64Milli({now_at:Int64}, 'UTC')
    ORDER BY session, revoked DESC, version DESC
    LIMIT 1 BY session
)
WHERE NOT revoked
ORDER BY session
