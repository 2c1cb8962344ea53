-- How few persons stand behind each figure of the overview: for each member of each dimension the persons of the month
-- that had the fewest. The fewest, because the figures of a month are the difference of two windows. The persons of a month
-- are those of the largest insurance. Grain: one row a dimension and member; "month" has the months, those outside of the
-- window too. Order: by dimension and member. Parameters: run, from, to; by,
-- county or city, what regions are; scope.
WITH
    by_insurance AS (
        SELECT
            tupleElement(place, 1) AS dimension,
            tupleElement(place, 2) AS member,
            period,
            insurance,
            sum(headcount) AS persons
        FROM cells
        ARRAY JOIN [
            ('total', ''),
            ('region', if({by:String} = 'county', toString(region_code), concat(substring(region_code, 1, 4), '00'))),
            ('section', substring(industry_code, 1, 1)),
            ('size', toString(size)),
            ('economic_type', toString(economic_type)),
            ('unit_kind', toString(unit_kind)),
            ('insurance', toString(insurance)),
            ('month', toString(period))] AS place
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
        GROUP BY dimension, member, period, insurance
    ),
    by_month AS (
        SELECT
            dimension,
            member,
            period,
            max(persons) AS persons
        FROM by_insurance
        GROUP BY dimension, member, period
    )
SELECT
    dimension,
    member,
    min(persons) AS persons
FROM by_month
WHERE dimension = 'month' OR period BETWEEN {from:UInt32} AND {to:UInt32}
GROUP BY dimension, member
ORDER BY dimension, member
