-- What makes the charged burden differ from the new one over a window, and where: for each reason what it comes to in each
-- region. Grain: one row a reason. Order: as the reasons are numbered; regions by code. Parameters: region_digits, how many
-- digits of a code name a region; run, from, to; scope; region, industry, size, economic_type, unit_kind, insurance, ''
-- for any; employer and employee, 1 or 0; old and new, scenario places.
WITH
    placed AS (
        SELECT
            found.reason AS reason,
            rightPad(substring(region_code, 1, {region_digits:UInt8}), 6, '0') AS area,
            uniqExactState(unit_id) AS units,
            sum(found.amount) AS amount
        FROM burdens
        ARRAY JOIN reasons AS found
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
            AND startsWith(region_code, {region:String})
            AND (startsWith(industry_code, {industry:String}) OR {industry:String} = '-' AND industry_code = '')
            AND ({size:String} = '' OR toString(size) = {size:String})
            AND ({economic_type:String} = '' OR toString(economic_type) = {economic_type:String})
            AND ({unit_kind:String} = '' OR toString(unit_kind) = {unit_kind:String})
            AND ({insurance:String} = '' OR toString(insurance) = {insurance:String})
            AND bitTest(covered, {old:UInt8} - 1)
            AND found.scenario = {new:UInt8}
            AND ((found.payer = 'employer' AND {employer:Bool}) OR (found.payer = 'employee' AND {employee:Bool}))
        GROUP BY reason, area
    ),
    added AS (
        SELECT
            p.reason AS reason,
            uniqExactMerge(p.units) AS units,
            sum(p.amount) AS amount,
            arraySort(groupArray((p.area, finalizeAggregation(p.units), toInt64(p.amount * 100)))) AS held
        FROM placed AS p
        GROUP BY reason
    )
SELECT
    a.reason AS reason,
    a.units AS units,
    a.amount AS amount,
    held.1 AS areas,
    held.2 AS area_units,
    held.3 AS area_fen
FROM added AS a
ORDER BY reason
