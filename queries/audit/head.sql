-- The latest entry of the audit log. Grain: one row or none.
SELECT
    seq,
    toString(hash) AS hash
FROM audit
ORDER BY seq DESC, hash DESC
LIMIT 1
