-- Whether a scope is the whole store: everything, or all registrations of the visible loads, of which there are some, lie in it.
-- Grain: one row. Parameters: loads; scope.
SELECT has({scope:Array(String)}, '')
        OR count() > 0 AND countIf(NOT jianfu_in_scope(region_code, {scope:Array(String)})) = 0 AS whole
FROM units
WHERE load_id IN {loads:Array(UInt32)}
