-- The cases that a filter finds, for acting on them together and for samples. Grain: one row a unit and county. Order: by
-- the two.
-- Parameters: those of parts/cases_found.sql; most, of rows.
WITH
    {{.cases_found}}
SELECT
    toString(unit_id) AS unit,
    toString(region_code) AS region,
    toString(size) AS size_of,
    toString(state) AS state_of,
    toString(level) AS level_of
FROM cases_found
ORDER BY unit_id, region_code
LIMIT {most:UInt64}
