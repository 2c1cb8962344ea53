-- How few persons stand behind each movement between two runs: for each member of each dimension the persons of the month that had
-- the fewest, because the movement of a month is the difference of two windows. Behind a unit's month that changed with its
-- records stand the persons of those records, behind any other those of the unit. Grain: one row a dimension and member that moved.
-- Order: by dimension and member. Parameters: run, against; from,
-- to; scope; region, industry, size,
-- economic_type, unit_kind, insurance, '' for any; employer and employee, 1 or 0; old and new, scenario places of run,
-- old_before and new_before of against;
-- region_digits, how many digits of a region's code name a member, and industry_digits.
WITH
    (yuan, kept) -> if(kept, yuan, toDecimal64('0', 2)) AS share,
    shown AS (
        SELECT period, maxIf(computed_by, run_id = {against:UInt32}) AS before, maxIf(computed_by, run_id = {run:UInt32}) AS after
        FROM run_periods
        WHERE run_id IN ({against:UInt32}, {run:UInt32})
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
        GROUP BY period
    ),
    moved AS (SELECT period, before, after FROM shown WHERE before != after),
    lines AS (
        SELECT run_id, period, unit_id, region_code, industry_code, size, economic_type, unit_kind, covered, headcount, employer, employee, employer_charged, employee_charged
        FROM unit_months
        WHERE {insurance:String} = ''
        UNION ALL
        SELECT run_id, period, unit_id, region_code, industry_code, size, economic_type, unit_kind, covered, headcount, employer, employee, employer_charged, employee_charged
        FROM burdens
        WHERE toString(insurance) = {insurance:String}
    ),
    priced AS (
        SELECT
            unit_id,
            period,
            (run_id, period) IN (SELECT after, period FROM shown) AS is_after,
            (run_id, period) IN (SELECT before, period FROM shown) AS is_before,
            if(is_after, {old:UInt8}, {old_before:UInt8}) AS old_place,
            if(is_after, {new:UInt8}, {new_before:UInt8}) AS new_place,
            (region_code, industry_code, size, economic_type, unit_kind) AS place,
            share(employer[old_place], {employer:Bool}) + share(employee[old_place], {employee:Bool}) AS old,
            share(employer[new_place], {employer:Bool}) + share(employee[new_place], {employee:Bool}) AS new,
            share(employer_charged, {employer:Bool}) + share(employee_charged, {employee:Bool}) AS charged,
            headcount
        FROM lines
        WHERE (run_id, period) IN (SELECT arrayJoin([before, after]), period FROM moved)
            AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
            AND startsWith(region_code, {region:String})
            AND (startsWith(industry_code, {industry:String}) OR {industry:String} = '-' AND industry_code = '')
            AND ({size:String} = '' OR toString(size) = {size:String})
            AND ({economic_type:String} = '' OR toString(economic_type) = {economic_type:String})
            AND ({unit_kind:String} = '' OR toString(unit_kind) = {unit_kind:String})
            AND bitTest(covered, if(is_after, {old:UInt8}, {old_before:UInt8}) - 1)
    ),
    moves AS (
        SELECT
            unit_id,
            period,
            sumIf(p.old, is_after) - sumIf(p.old, is_before) AS old,
            sumIf(p.new, is_after) - sumIf(p.new, is_before) AS new,
            sumIf(p.charged, is_after) - sumIf(p.charged, is_before) AS charged,
            groupUniqArray(place) AS places,
            greatest(maxIf(headcount, is_after), maxIf(headcount, is_before)) AS heads
        FROM priced AS p
        GROUP BY unit_id, period
        HAVING sumIf(p.old, is_after) != sumIf(p.old, is_before)
            OR sumIf(p.new, is_after) != sumIf(p.new, is_before)
            OR sumIf(p.charged, is_after) != sumIf(p.charged, is_before)
            OR countIf(is_after) > 0 AND countIf(is_before) > 0 AND length(places) > 1
    ),
    batches AS (
        SELECT period, arrayJoin(arrayFilter(load -> has(b.loads, load) != has(a.loads, load), arrayConcat(b.loads, a.loads))) AS load_id
        FROM moved AS m
        INNER JOIN runs AS b ON b.run_id = m.before
        INNER JOIN runs AS a ON a.run_id = m.after
    ),
    records AS (
        SELECT period, unit_id, uniqExact(if(person = 0, cityHash64(record_id), person)) AS persons
        FROM contributions
        WHERE period IN (SELECT period FROM moved)
            AND (period, load_id) IN batches
            AND ({insurance:String} = '' OR toString(insurance) = {insurance:String})
            AND (load_id, line) NOT IN (SELECT load_id, line FROM dead_records WHERE by_load = load_id)
        GROUP BY period, unit_id
        UNION ALL
        SELECT DISTINCT period, unit_id, 1 AS persons
        FROM dead_records
        WHERE (period, by_load) IN batches
            AND ({insurance:String} = '' OR toString(insurance) = {insurance:String})
            AND cause = 'replaced'
    ),
    counted AS (
        SELECT
            m.unit_id AS unit_id,
            m.period AS period,
            any(m.places) AS stood,
            any(if(c.before = 0 OR c.after = 0 OR (m.period, m.unit_id) NOT IN (SELECT period, unit_id FROM records), m.heads, 0)) AS whole,
            max(r.persons) AS some
        FROM moves AS m
        INNER JOIN moved AS c ON c.period = m.period
        LEFT JOIN records AS r ON r.period = m.period AND r.unit_id = m.unit_id
        GROUP BY m.unit_id, m.period
    ),
    by_month AS (
        SELECT tupleElement(member, 1) AS dimension, tupleElement(member, 2) AS key, period, sum(greatest(whole, some)) AS persons
        FROM counted
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
