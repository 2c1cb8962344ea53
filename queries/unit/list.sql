-- The units of a view, each with its burden and state over the window, a page of them; beside each, what all of them
-- together come to. With a search, the units are those whose code or one of whose names it finds; with a reason, those of
-- whose shortfall it explains a part. Grain: one row a unit. Order: as by says, falling where descending, then by unit.
-- Parameters: run, from, to, loads; scope; region, industry, size, economic_type, unit_kind, insurance, '' for any;
-- employer and employee, 1 or 0; old and new, scenario places; searched, whether there is a search; code, the beginning
-- of one or '', and words; state, band and reason, '' for any; wrongly, over for those charged above the new policy, under
-- for those below it, '' for any; by, descending; skip and most, of rows.
WITH
    {{.lines_within}},
    found AS (
        SELECT unit_id
        FROM units
        WHERE {searched:Bool}
            AND load_id IN {loads:Array(UInt32)}
            AND jianfu_in_scope(region_code, {scope:Array(String)})
            AND ({code:String} != '' AND startsWith(unit_id, {code:String})
                OR {{.name_found}})
    ),
    {{.explained}},
    {{.readings}},
    burdened AS (
        SELECT
            l.unit_id AS unit_id,
            argMax((region_code, industry_code, size, economic_type, unit_kind), period) AS place,
            sum(l.old) AS old,
            sum(l.new) AS new,
            sum(l.charged) AS charged,
            sum(e.amount) AS explained_part,
            countIf(e.period != 0) AS explained_months,
            sum(headcount) AS persons,
            min(headcount) AS fewest,
            jianfu_state(old, new, charged, 1) AS state,
            jianfu_band(old, charged, 1) AS band
        FROM lines_within AS l
        LEFT ANY JOIN explained AS e ON e.unit_id = l.unit_id AND e.period = l.period AND e.covered = l.covered
        WHERE NOT {searched:Bool} OR l.unit_id IN (SELECT unit_id FROM found)
        GROUP BY unit_id
        HAVING jianfu_is(state, {state:String})
            AND jianfu_is(band, {band:String})
            AND ({wrongly:String} = '' OR {wrongly:String} = 'over' AND charged > new OR {wrongly:String} = 'under' AND charged < new)
            AND ({reason:String} = '' OR explained_months > 0)
    )
SELECT
    b.unit_id AS unit_id,
    toString(place.1) AS region_code,
    toString(place.2) AS industry_code,
    toString(place.3) AS size,
    toString(place.4) AS economic_type,
    toString(place.5) AS unit_kind,
    state,
    persons AS headcount,
    toUInt64(fewest) AS fewest,
    old,
    new,
    charged,
    explained_part AS explained,
    count() OVER () AS all_units,
    sum(persons) OVER () AS all_headcount,
    sum(old) OVER () AS all_old,
    sum(new) OVER () AS all_new,
    sum(charged) OVER () AS all_charged,
    sum(explained_part) OVER () AS all_explained,
    sum(greatest(0, old - new)) OVER () AS entitled,
    sum(greatest(0, least(old - charged, old - new))) OVER () AS delivered,
    sum(greatest(0, charged - new)) OVER () AS overcharged,
    sum(greatest(0, new - charged)) OVER () AS undercharged,
    countIf(charged > new) OVER () AS units_over,
    countIf(charged < new) OVER () AS units_under
FROM burdened AS b
LEFT ANY JOIN readings AS r ON r.unit_id = b.unit_id
ORDER BY
    multiIf(
        {by:String} = 'reason', explained_part,
        {by:String} = 'headcount', toDecimal128(persons, 2),
        {by:String} = 'state', toDecimal128(jianfu_state_order(state), 2),
        jianfu_figure({by:String}, old, new, charged)) * if({descending:Bool}, -1, 1),
    if({descending:Bool}, '', r.reading),
    if({descending:Bool}, r.reading, '') DESC,
    unit_id
LIMIT {skip:UInt64}, {most:UInt64}
