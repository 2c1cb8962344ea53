-- The files of a policy pack that a run used. Grain: one row a file. Order: by file. Parameters: hash.
SELECT DISTINCT file, content
FROM packs
WHERE pack_hash = {hash:String}
ORDER BY file
