-- How few persons stand behind each figure of the overview: for each member of each dimension the persons of the month
-- that had the fewest. The fewest, because the figures of a month are the difference of two windows. The persons of a month
-- are those of the largest insurance. Grain: one row a dimension and member; "month" has the months, those outside of the
-- window too. Order: by dimension and member. Parameters: run, from, to; scope;
-- region, industry, size, economic_type, unit_kind, insurance, '' for any; region_digits, how many digits of a region's
-- code name a member, and industry_digits.
WITH
    added AS (
        SELECT
            period,
            insurance,
            substring(region_code, 1, {region_digits:UInt8}) AS area,
            substring(industry_code, 1, {industry_digits:UInt8}) AS section,
            size,
            economic_type,
            unit_kind,
            sum(headcount) AS part
        FROM cells
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
            AND startsWith(region_code, {region:String})
            AND (startsWith(industry_code, {industry:String}) OR {industry:String} = '-' AND industry_code = '')
            AND ({size:String} = '' OR toString(size) = {size:String})
            AND ({economic_type:String} = '' OR toString(economic_type) = {economic_type:String})
            AND ({unit_kind:String} = '' OR toString(unit_kind) = {unit_kind:String})
            AND ({insurance:String} = '' OR toString(insurance) = {insurance:String})
        GROUP BY period, insurance, area, section, size, economic_type, unit_kind
    ),
    by_insurance AS (
        SELECT
            place.1 AS dimension,
            place.2 AS member,
            period,
            insurance,
            sum(part) AS persons
        FROM added
        ARRAY JOIN [
            ('total', ''),
            ('region', rightPad(area, 6, '0')),
            ('section', section),
            ('size', toString(size)),
            ('economic_type', toString(economic_type)),
            ('unit_kind', toString(unit_kind)),
            ('insurance', toString(insurance)),
            ('month', toString(period))] AS place
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
