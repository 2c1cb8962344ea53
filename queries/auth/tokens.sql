-- The API tokens as they are now, ended ones included. Grain: one row a token. Order: by token.
SELECT
    token,
    version,
    toString(api_tokens.hash) AS hash,
    account,
    label,
    CAST(rights, 'Array(String)') AS rights,
    regions,
    created_at,
    created_by,
    expires_at,
    used_at,
    revoked
FROM api_tokens
ORDER BY token, revoked DESC, version DESC
LIMIT 1 BY token
