-- The last round, with when it began and whether it has ended; round 0 before the first. Grain: one row. Parameters: none.
SELECT max(round) AS last, maxIf(at, step = 'begun') AS begun_at, countIf(step = 'ended') > 0 AS ended
FROM notice_rounds
WHERE round = (SELECT max(round) FROM notice_rounds)
