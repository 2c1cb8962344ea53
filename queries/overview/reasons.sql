-- What makes the charged burden differ from the new one over a window, and where: for each reason what it comes to in each
-- region, and apart from each other what it adds to the units that it makes pay more and takes from those that it makes pay
-- less. Grain: one row a reason. Order: as the reasons are numbered; regions by code. Parameters: region_digits, how many
-- digits of a code name a region; run, from, to; scope; region, industry, size, economic_type, unit_kind, insurance, ''
-- for any; employer and employee, 1 or 0; old and new, scenario places.
WITH
    found_in AS (
        SELECT
            found.reason AS reason,
            unit_id,
            rightPad(substring(region_code, 1, {region_digits:UInt8}), 6, '0') AS area,
            toInt64(sum(found.amount) * 100) AS fen
        FROM burdens
        ARRAY JOIN reasons AS found
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND {{.within}}
            AND jianfu_is(insurance, {insurance:String})
            AND bitTest(covered, {old:UInt8} - 1)
            AND found.scenario = {new:UInt8}
            AND ((found.payer = 'employer' AND {employer:Bool}) OR (found.payer = 'employee' AND {employee:Bool}))
        GROUP BY reason, unit_id, area
    ),
    units AS (
        SELECT reason, unit_id, groupArray((area, fen)) AS places
        FROM found_in
        GROUP BY reason, unit_id
    ),
    placed AS ( -- the place '' is everywhere, where a unit that has moved is one
        SELECT
            reason,
            place.1 AS area,
            count() AS units_there,
            sum(place.2) AS net,
            sum(greatest(0, place.2)) AS more,
            sum(greatest(0, -place.2)) AS less
        FROM units
        ARRAY JOIN arrayPushFront(places, ('', arraySum(p -> p.2, places))) AS place
        GROUP BY reason, area
    ),
    gathered AS (
        SELECT reason, arraySort(groupArray((area, units_there, net, more, less))) AS held
        FROM placed
        GROUP BY reason
    )
SELECT
    reason,
    held[1].2 AS units,
    held[1].3 AS amount_fen,
    held[1].4 AS more_fen,
    held[1].5 AS less_fen,
    arrayPopFront(held).1 AS areas,
    arrayPopFront(held).2 AS area_units,
    arrayPopFront(held).3 AS area_fen,
    arrayPopFront(held).4 AS area_more,
    arrayPopFront(held).5 AS area_less
FROM gathered
ORDER BY reason
