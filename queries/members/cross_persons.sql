-- How few persons stand behind each figure of a crossing: for each pair of members the persons of the month that had the
-- fewest, those of the largest insurance (see overview/persons.sql). Grain: one row a pair of members. Order: by the
-- first dimension's key, then the second's. Parameters: rows and columns, the dimensions: province, city, county,
-- section, division, industry, size or month; run, from, to; scope; region, industry, size, economic_type, unit_kind,
-- insurance, '' for any.
WITH
    (by, place, trade, class, month) -> multiIf(
        by = 'province', concat(substring(place, 1, 2), '0000'),
        by = 'city', concat(substring(place, 1, 4), '00'),
        by = 'county', toString(place),
        by = 'section', substring(trade, 1, 1),
        by = 'division', substring(trade, 1, 3),
        by = 'industry', toString(trade),
        by = 'size', toString(class),
        toString(month)) AS member,
    by_insurance AS (
        SELECT
            member({rows:String}, region_code, industry_code, size, period) AS row,
            member({columns:String}, region_code, industry_code, size, period) AS column,
            period,
            insurance,
            sum(headcount) AS persons
        FROM cells
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
            AND startsWith(region_code, {region:String})
            AND (startsWith(industry_code, {industry:String}) OR {industry:String} = '-' AND industry_code = '')
            AND ({size:String} = '' OR toString(size) = {size:String})
            AND ({economic_type:String} = '' OR toString(economic_type) = {economic_type:String})
            AND ({unit_kind:String} = '' OR toString(unit_kind) = {unit_kind:String})
            AND ({insurance:String} = '' OR toString(insurance) = {insurance:String})
        GROUP BY row, column, period, insurance
    ),
    by_month AS (
        SELECT
            row,
            column,
            period,
            max(persons) AS persons
        FROM by_insurance
        GROUP BY row, column, period
    )
SELECT
    row,
    column,
    min(persons) AS persons
FROM by_month
GROUP BY row, column
ORDER BY row, column
