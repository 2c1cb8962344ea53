-- The public keys of bureaus as they stand. Grain: one row a key. Order: by region, then the latest first. No parameters.
SELECT
    toString(fingerprint) AS fingerprint,
    at,
    toString(step) AS step,
    name,
    organisation,
    toString(region) AS region,
    public_key,
    account,
    note
FROM exchange_keys
ORDER BY fingerprint, at DESC, nonce
LIMIT 1 BY fingerprint
