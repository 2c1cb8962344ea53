-- What was a view with parameters is a part of the statements that ask for it (queries/parts).
DROP VIEW IF EXISTS issues_found {{.On}}
---
DROP VIEW IF EXISTS issues_seen {{.On}}
---
DROP VIEW IF EXISTS cases_found {{.On}}
---
DROP VIEW IF EXISTS names_found {{.On}}
---
DROP VIEW IF EXISTS movements_sorted {{.On}}
