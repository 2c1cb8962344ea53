-- Issues whose time is not worked out after their last steps, or was for another day. Grain: one row an issue. Order: by id.
-- Parameters: basis, the hash of the calendar and the limits; today; most, how many.
SELECT
    toString(h.issue_id) AS issue_id,
    h.seq AS seq,
    h.issue AS issue
FROM issue_heads AS h FINAL
WHERE (h.issue_id, h.seq) NOT IN (
    SELECT issue_id, seq
    FROM issue_clocks
    WHERE basis = {basis:UInt64}
        AND as_of IN (0, {today:UInt32}))
ORDER BY issue_id
LIMIT {most:UInt64}
