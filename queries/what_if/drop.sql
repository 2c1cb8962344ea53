-- Takes everything out of a table that belongs to one scenario. Parameters: table; id.
ALTER TABLE {table:Identifier} DROP PARTITION {id:UInt32}
