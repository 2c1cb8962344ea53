-- The contents that bear a hash. Grain: one row a part. Order: by part; of one part, which only a store that forgot a token
-- can have twice, the first written. Parameters: sha256.
SELECT part, parts, content
FROM attachments
WHERE sha256 = {sha256:String}
ORDER BY part, stored_at
LIMIT 1 BY part
