-- Drops one run's own rows in one table that is divided by run; nothing when there are none. Parameters: held_in, the
-- table; run.
ALTER TABLE {held_in:Identifier} DROP PARTITION {run:UInt32}
