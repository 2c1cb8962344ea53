-- How few persons stand behind each movement between two runs: for each member of each dimension the persons of the month
-- that had the fewest, because the movement of a month is the difference of two windows. Behind a unit's month that
-- changed with its records stand the persons of those records, behind any other those of the unit. Grain: one row a
-- dimension and member that moved. Order: by dimension and member. Parameters: run, made, which movements; from, to;
-- scope; region, industry, size, economic_type, unit_kind, '' for any; employer and employee, 1 or 0; region_digits, how
-- many digits of a region's code name a member, and industry_digits.
WITH
    (yuan, kept) -> if(kept, yuan, toDecimal64('0', 2)) AS share,
    moves AS (
        SELECT
            period,
            groupUniqArray((region_code, industry_code, size)) AS stood,
            if(any(records_persons) = 0 OR any(cause) IN ('month_added', 'month_removed'), greatest(max(headcount), any(records_persons)), any(records_persons)) AS persons
        FROM movements
        WHERE run_id = {run:UInt32}
            AND made = {made:UInt64}
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
            AND startsWith(region_code, {region:String})
            AND (startsWith(industry_code, {industry:String}) OR {industry:String} = '-' AND industry_code = '')
            AND ({size:String} = '' OR toString(size) = {size:String})
            AND ({economic_type:String} = '' OR toString(economic_type) = {economic_type:String})
            AND ({unit_kind:String} = '' OR toString(unit_kind) = {unit_kind:String})
        GROUP BY unit_id, period
        HAVING sum(if(is_after, 1, -1) * (share(employer[1], {employer:Bool}) + share(employee[1], {employee:Bool}))) != 0
            OR sum(if(is_after, 1, -1) * (share(employer[2], {employer:Bool}) + share(employee[2], {employee:Bool}))) != 0
            OR sum(if(is_after, 1, -1) * (share(employer[3], {employer:Bool}) + share(employee[3], {employee:Bool}))) != 0
            OR uniqExact(region_code, industry_code, size, economic_type, unit_kind) > 1
    ),
    by_month AS (
        SELECT tupleElement(member, 1) AS dimension, tupleElement(member, 2) AS key, period, sum(m.persons) AS persons
        FROM moves AS m
        ARRAY JOIN arrayDistinct(arrayFlatten(arrayMap(p -> [
            ('total', ''),
            ('region', rightPad(substring(p.1, 1, {region_digits:UInt8}), 6, '0')),
            ('section', substring(p.2, 1, {industry_digits:UInt8})),
            ('size', toString(p.3)),
            ('month', toString(period))], stood))) AS member
        GROUP BY dimension, key, period
    )
SELECT
    dimension,
    key AS member,
    min(persons) AS persons
FROM by_month
GROUP BY dimension, member
ORDER BY dimension, member
