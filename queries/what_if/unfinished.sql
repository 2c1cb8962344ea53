-- Numbers of scenarios that have rows and are none: those whose computing was cut off, or whose removal was. Grain: one
-- row a scenario. Order: by number. Parameters: first, the first number of scenarios.
SELECT DISTINCT run_id
FROM run_units
WHERE run_id >= {first:UInt32}
    AND run_id NOT IN (SELECT run_id FROM scenarios)
ORDER BY run_id
