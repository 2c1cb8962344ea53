-- How few persons stand behind each movement between two runs: for each member of each dimension the persons of the month
-- that had the fewest, because the movement of a month is the difference of two windows. Behind a unit's month that
-- changed with its records stand the persons of those records, behind one in which a pack moved limits those whose base they
-- moved, behind any other those of the unit. Causes count by themselves. Grain: one row a
-- dimension and member that moved. Order: by dimension and member. Parameters: run, made, which movements; from, to;
-- scope; region, industry, size, economic_type, unit_kind, '' for any; employer and employee, 1 or 0; region_digits, how
-- many digits of a region's code name a member, and industry_digits.
WITH
    {{.movements_within}},
    by_month AS (
        SELECT tupleElement(member, 1) AS dimension, tupleElement(member, 2) AS key, period, sum(m.persons) AS persons
        FROM movements_within AS m
        ARRAY JOIN arrayDistinct(arrayFlatten(arrayMap(p -> [
            ('total', ''),
            ('region', rightPad(substring(p.1, 1, {region_digits:UInt8}), 6, '0')),
            ('section', substring(p.2, 1, {industry_digits:UInt8})),
            ('size', toString(p.3)),
            ('cause', cause),
            ('month', toString(period))], arrayConcat(if(was_there, [place_then], []), if(is_there, [place_now], []))))) AS member
        WHERE moves
        GROUP BY dimension, key, period
    )
SELECT
    dimension,
    key AS member,
    min(persons) AS persons
FROM by_month
GROUP BY dimension, member
ORDER BY dimension, member
