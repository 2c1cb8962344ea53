-- A report over the months, the set and the scope of one that was signed is its next version; revises is the id of the version
-- before, '' of the first.
ALTER TABLE reports {{.On}} ADD COLUMN IF NOT EXISTS version UInt16 DEFAULT 1, ADD COLUMN IF NOT EXISTS revises String
