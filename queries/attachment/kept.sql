-- Whether the contents that bear a hash are there. Grain: one row. Parameters: sha256.
SELECT count() > 0 AS kept
FROM attachments
WHERE sha256 = {sha256:String}
