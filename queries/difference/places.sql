-- Where units stand that two runs give differently: as the later run has them last, or else the earlier one. Grain: one
-- row a unit. Order: by unit. Parameters: units, ids; run, made, which movements; from, to; scope; region, industry, size,
-- economic_type, unit_kind, insurance, '' for any; old, scenario place of run.
WITH
    (place) -> jianfu_in_scope(place.1, {scope:Array(String)})
        AND startsWith(place.1, {region:String})
        AND jianfu_in_industry(place.2, {industry:String})
        AND jianfu_is(place.3, {size:String})
        AND jianfu_is(place.4, {economic_type:String})
        AND jianfu_is(place.5, {unit_kind:String}) AS within,
    places AS (
        SELECT unit_id, 1 AS later, period, (region_code, industry_code, size, economic_type, unit_kind) AS place
        FROM burdens
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND unit_id IN (SELECT toFixedString(arrayJoin({units:Array(String)}), 18))
            AND jianfu_is(insurance, {insurance:String})
            AND bitTest(covered, {old:UInt8} - 1)
        UNION ALL
        SELECT unit_id, 0 AS later, period, place_then AS place
        FROM movements
        WHERE run_id = {run:UInt32}
            AND made = {made:UInt64}
            AND unit_id IN (SELECT toFixedString(arrayJoin({units:Array(String)}), 18))
            AND lines_then > 0
    )
SELECT
    toString(unit_id) AS unit_id,
    argMax(toString(place.1), (later, period)) AS region_code,
    argMax(toString(place.2), (later, period)) AS industry_code,
    argMax(toString(place.3), (later, period)) AS size
FROM places
WHERE period BETWEEN {from:UInt32} AND {to:UInt32}
    AND within(place)
GROUP BY unit_id
ORDER BY unit_id
