-- How many cases there are and what they come to, each by itself (see overview/member_states.sql), by up to three dimensions together. Grain: one row a combination of
-- members. Order: by the three.
-- Parameters: those of parts/cases_found.sql; by, three dimensions, '' for none.
WITH
    {{.cases_found}},
    dimension -> multiIf(
        dimension = 'city', concat(left(region_code, 4), '00'),
        dimension = 'county', toString(region_code),
        dimension = 'section', left(industry_code, 1),
        dimension = 'size', toString(size),
        dimension = 'economic_type', toString(economic_type),
        dimension = 'unit_kind', toString(unit_kind),
        dimension = 'state', toString(state),
        dimension = 'level', toString(level),
        dimension = 'channel', toString(channel),
        '') AS member
SELECT
    member({by:Array(String)}[1]) AS first,
    member({by:Array(String)}[2]) AS second,
    member({by:Array(String)}[3]) AS third,
    count() AS cases,
    sum(old) AS old_sum,
    sum(new) AS new_sum,
    sum(charged) AS charged_sum,
    sum(persons) AS persons_sum,
    {{.deliveries}}
FROM cases_found AS u
GROUP BY first, second, third
ORDER BY first, second, third
