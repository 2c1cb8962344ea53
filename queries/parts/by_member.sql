-- How many persons there are in each part of a step, by the members of one or two axes that they stand in. Parameters: none.
SELECT
    period,
    step,
    member.1 AS x_axis,
    member.2 AS y_axis,
    member.3 AS x,
    member.4 AS y,
    groupArray(part) AS parts,
    groupArray(persons) AS persons
FROM (
    SELECT period, step, part, member, sum(c.persons) AS persons
    FROM counted AS c
    ARRAY JOIN jianfu_members(toString(place), toString(trade), toString(size)) AS member
    GROUP BY period, step, part, member
)
GROUP BY period, step, x_axis, y_axis, x, y
ORDER BY period, step, x_axis, y_axis, x, y
