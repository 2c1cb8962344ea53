-- What became of a backup or a restore that was begun. Grain: one row or none.
-- Parameters: id, the name that it was given.
SELECT toString(status) AS state, error
FROM system.backups
WHERE id = {id:String}
