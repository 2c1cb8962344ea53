-- The whole audit log, for checking it. Grain: one row an entry. Order: oldest first.
SELECT
    seq,
    at,
    toString(actor) AS actor,
    toString(view_as) AS view_as,
    session,
    toString(address) AS address,
    toString(action) AS action,
    object,
    CAST(scope, 'Array(String)') AS scope,
    CAST(details, 'Map(String, String)') AS details,
    reason,
    toString(prev) AS prev,
    toString(hash) AS hash
FROM audit
ORDER BY seq, hash
