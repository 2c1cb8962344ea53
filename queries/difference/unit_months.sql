-- What two runs give of one unit in the months in which it moved. Grain: one row a month. Order: by month. Parameters:
-- unit; run, made, which movements; from, to; scope; region, industry, size, economic_type, unit_kind, '' for any;
-- employer and employee, 1 or 0.
WITH
    (yuan, kept) -> if(kept, yuan, toDecimal64('0', 2)) AS share
SELECT
    period,
    sumIf(share(employer[1], {employer:Bool}) + share(employee[1], {employee:Bool}), NOT is_after) AS old_then,
    sumIf(share(employer[2], {employer:Bool}) + share(employee[2], {employee:Bool}), NOT is_after) AS new_then,
    sumIf(share(employer[3], {employer:Bool}) + share(employee[3], {employee:Bool}), NOT is_after) AS charged_then,
    sumIf(share(employer[1], {employer:Bool}) + share(employee[1], {employee:Bool}), is_after) AS old_now,
    sumIf(share(employer[2], {employer:Bool}) + share(employee[2], {employee:Bool}), is_after) AS new_now,
    sumIf(share(employer[3], {employer:Bool}) + share(employee[3], {employee:Bool}), is_after) AS charged_now
FROM movements
WHERE run_id = {run:UInt32}
    AND made = {made:UInt64}
    AND unit_id = toFixedString({unit:String}, 18)
    AND period BETWEEN {from:UInt32} AND {to:UInt32}
    AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
    AND startsWith(region_code, {region:String})
    AND (startsWith(industry_code, {industry:String}) OR {industry:String} = '-' AND industry_code = '')
    AND ({size:String} = '' OR toString(size) = {size:String})
    AND ({economic_type:String} = '' OR toString(economic_type) = {economic_type:String})
    AND ({unit_kind:String} = '' OR toString(unit_kind) = {unit_kind:String})
GROUP BY period
HAVING old_now != old_then
    OR new_now != new_then
    OR charged_now != charged_then
    OR uniqExact(region_code, industry_code, size, economic_type, unit_kind) > 1
ORDER BY period
