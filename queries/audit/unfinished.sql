-- Entries of the audit log about something that was to be done and is not there, or, where known is false, of which the
-- store does not tell whether it was done; without those of which a later entry says already that they were not done.
-- Grain: one row an entry. Order: oldest first. Parameters: after, a number that the entries are above;
-- actions, none for all.
WITH
    noted AS (
        SELECT toUInt64OrZero(details['entry']) AS entry
        FROM audit
        WHERE action IN ('failed', 'not_done', 'unclear')
            AND seq > {after:UInt64}
    )
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
    toString(hash) AS hash,
    has(['issue_changed', 'file_loaded', 'load_withdrawn', 'recomputed', 'run_held', 'run_published', 'run_dropped'], audit.action) AS known
FROM audit
WHERE seq > {after:UInt64}
    AND seq NOT IN (SELECT entry FROM noted)
    AND (empty({actions:Array(String)}) OR has({actions:Array(String)}, audit.action))
    AND NOT (audit.action = 'issue_changed' AND audit.details['hash'] = '') -- from before steps had hashes
    AND NOT (audit.action = 'issue_changed'
        AND (audit.details['issue'], toUInt32OrZero(audit.details['seq']), audit.details['hash']) IN (SELECT toString(e.issue_id), e.seq, e.hash FROM issue_events AS e))
    AND NOT (audit.action = 'file_loaded' AND toUInt32OrZero(object) IN (SELECT load_id FROM loads))
    AND NOT (audit.action = 'load_withdrawn' AND toUInt32OrZero(object) IN (SELECT load_id FROM withdrawals))
    AND NOT (audit.action IN ('recomputed', 'run_published') AND toUInt32OrZero(object) IN (SELECT run_id FROM runs))
    AND NOT (audit.action = 'run_held' AND toUInt32OrZero(object) IN (SELECT run_id FROM held_runs))
    AND NOT (audit.action = 'run_dropped' AND toUInt32OrZero(object) IN (SELECT run_id FROM dropped_runs))
ORDER BY seq
