-- What two runs give of one unit in the months that they do not show of one and the same run, where it moved.
-- Grain: one row a month. Order: by
-- month. Parameters: unit; run, against, from, to; scope; region, industry, size, economic_type, unit_kind, insurance, '' for
-- any; employer and employee, 1 or 0; old and new, scenario places of run, old_before and new_before of against.
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
            AND unit_id = toFixedString({unit:String}, 18)
            AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
            AND startsWith(region_code, {region:String})
            AND (startsWith(industry_code, {industry:String}) OR {industry:String} = '-' AND industry_code = '')
            AND ({size:String} = '' OR toString(size) = {size:String})
            AND ({economic_type:String} = '' OR toString(economic_type) = {economic_type:String})
            AND ({unit_kind:String} = '' OR toString(unit_kind) = {unit_kind:String})
            AND bitTest(covered, if(is_after, {old:UInt8}, {old_before:UInt8}) - 1)
    )
SELECT
    period,
    countIf(is_before) > 0 AS was_there,
    countIf(is_after) > 0 AS is_there,
    sumIf(p.old, is_before) AS old_then,
    sumIf(p.new, is_before) AS new_then,
    sumIf(p.charged, is_before) AS charged_then,
    sumIf(p.old, is_after) AS old_now,
    sumIf(p.new, is_after) AS new_now,
    sumIf(p.charged, is_after) AS charged_now
FROM priced AS p
GROUP BY period
HAVING old_now != old_then
    OR new_now != new_then
    OR charged_now != charged_then
    OR was_there AND is_there AND anyIf(place, is_after) != anyIf(place, is_before)
ORDER BY period
