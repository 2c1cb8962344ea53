-- The accounts as they are now. Grain: one row an account. Order: by account.
SELECT
    account,
    version,
    changed_at,
    changed_by,
    created_at,
    created_by,
    name,
    CAST(roles, 'Array(String)') AS roles,
    regions,
    identity,
    password,
    password_at,
    must_change,
    disabled,
    sessions_from,
    given_by
FROM accounts
ORDER BY account, version DESC
LIMIT 1 BY account
