-- How many units of each pair of members of two dimensions are in which state over a window, their person-months, and what
-- they were to get, got, and were charged too much and too little, unit by unit.
-- A unit counts in every pair in which it has a burden, in the state that its burden there gives (see
-- overview/member_states.sql). Grain: one row a pair. Order: by the first dimension's key, then the second's.
-- Parameters: rows and columns, the dimensions: province, city, county, section, division, industry, size or month; run,
-- from, to; scope; region, industry, size, economic_type, unit_kind, insurance, '' for any; employer and employee, 1 or
-- 0; old and new, scenario places.
WITH
    {{.lines_within}},
    (by, place, trade, class, month) -> multiIf(
        by = 'province', concat(substring(place, 1, 2), '0000'),
        by = 'city', concat(substring(place, 1, 4), '00'),
        by = 'county', toString(place),
        by = 'section', substring(trade, 1, 1),
        by = 'division', substring(trade, 1, 3),
        by = 'industry', toString(trade),
        by = 'size', toString(class),
        toString(month)) AS member,
    units AS (
        SELECT
            member({rows:String}, region_code, industry_code, size, period) AS row,
            member({columns:String}, region_code, industry_code, size, period) AS column,
            sum(l.old) AS old,
            sum(l.new) AS new,
            sum(l.charged) AS charged,
            sum(headcount) AS persons,
            jianfu_state(old, new, charged, 1) AS state
        FROM lines_within AS l
        GROUP BY unit_id, row, column
    )
SELECT
    row,
    column,
    count() AS units,
    sum(persons) AS headcount,
    {{.states_counted}},
    {{.deliveries}}
FROM units AS u
GROUP BY row, column
ORDER BY row, column
