-- What a server's account must be allowed to do, one statement each, asked one by one. Grain: one row.
CHECK GRANT SELECT ON *
---
CHECK GRANT INSERT ON *
---
CHECK GRANT CREATE TABLE ON *
---
CHECK GRANT DROP TABLE ON *
---
CHECK GRANT CREATE VIEW ON *
---
CHECK GRANT DROP VIEW ON *
---
CHECK GRANT TRUNCATE ON *
---
CHECK GRANT ALTER ON *
---
CHECK GRANT CREATE FUNCTION ON *.*
---
CHECK GRANT DROP FUNCTION ON *.*
---
CHECK GRANT SELECT ON system.functions
---
CHECK GRANT SELECT ON system.tables
---
CHECK GRANT SELECT ON system.parts
