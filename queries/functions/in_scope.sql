-- Whether a region is one of a reader's. Parameters: region, a code; scope, beginnings of codes.
CREATE FUNCTION jianfu_in_scope AS (region, scope) -> arrayExists(prefix -> startsWith(region, prefix), scope)
