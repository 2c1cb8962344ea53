-- How many units that two runs give differently go from which state over the window to which; '' where a run has nothing
-- of a unit. See units.sql. Grain: one row a pair of states. Order: by the two. Parameters: run, made, which movements;
-- from, to; scope; region, industry, size, economic_type, unit_kind, insurance, '' for any; employer and employee, 1 or
-- 0; old and new, scenario places of run.
WITH
    {{.units_moved}}
SELECT
    state_then,
    state_now,
    count() AS units
FROM units_moved AS m
GROUP BY state_then, state_now
ORDER BY state_then, state_now
