-- Loads that were withdrawn, by whom, when and why. Grain: one row a load. Order: as they were withdrawn.
SELECT
    withdrawal,
    load_id,
    toString(kind) AS kind,
    withdrawn_at,
    account,
    reason,
    periods,
    gone,
    back
FROM withdrawals
ORDER BY withdrawal
