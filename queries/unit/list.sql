-- The units of a view, each with its burden and state over the window, a page of them; beside each, what all of them
-- together come to. With a search, the units are those whose code or one of whose names it finds; with a reason, those of
-- whose shortfall it explains a part. Grain: one row a unit. Order: as by says, falling where descending, then by unit.
-- Parameters: run, from, to, loads; scope; region, industry, size, economic_type, unit_kind, insurance, '' for any;
-- employer and employee, 1 or 0; old and new, scenario places; searched, whether there is a search; code, the beginning
-- of one or '', and words; state, band and reason, '' for any; wrongly, over for those charged above the new policy, under
-- for those below it, '' for any; by, descending; skip and most, of rows.
WITH
    lines AS (
        SELECT run_id, period, unit_id, region_code, industry_code, size, economic_type, unit_kind, covered, headcount, employer, employee, employer_charged, employee_charged
        FROM unit_months
        WHERE {insurance:String} = ''
        UNION ALL
        SELECT run_id, period, unit_id, region_code, industry_code, size, economic_type, unit_kind, covered, headcount, employer, employee, employer_charged, employee_charged
        FROM burdens
        WHERE toString(insurance) = {insurance:String}
    ),
    found AS (
        SELECT unit_id
        FROM units
        WHERE {searched:Bool}
            AND load_id IN {loads:Array(UInt32)}
            AND jianfu_in_scope(region_code, {scope:Array(String)})
            AND ({code:String} != '' AND startsWith(unit_id, {code:String})
                OR name IN (SELECT name FROM names_found(words = {words:Array(String)})))
    ),
    explained AS (
        SELECT period, unit_id, covered, sum(part.amount) AS amount
        FROM burdens
        ARRAY JOIN reasons AS part
        WHERE {reason:String} != ''
            AND (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND jianfu_is(insurance, {insurance:String})
            AND toString(part.reason) = {reason:String}
            AND part.scenario = {new:UInt8}
            AND ((part.payer = 'employer' AND {employer:Bool}) OR (part.payer = 'employee' AND {employee:Bool}))
        GROUP BY period, unit_id, covered
    ),
    readings AS (
        SELECT unit_id, argMax(reading, (valid_from, load_id, line)) AS reading
        FROM units
        INNER ANY JOIN unit_names USING (name)
        WHERE {by:String} = 'name'
            AND load_id IN {loads:Array(UInt32)}
            AND jianfu_in_scope(region_code, {scope:Array(String)})
        GROUP BY unit_id
    ),
    burdened AS (
        SELECT
            l.unit_id AS unit_id,
            argMax((region_code, industry_code, size, economic_type, unit_kind), period) AS place,
            sum(jianfu_paid(employer[{old:UInt8}], employee[{old:UInt8}], {employer:Bool}, {employee:Bool})) AS old,
            sum(jianfu_paid(employer[{new:UInt8}], employee[{new:UInt8}], {employer:Bool}, {employee:Bool})) AS new,
            sum(jianfu_paid(employer_charged, employee_charged, {employer:Bool}, {employee:Bool})) AS charged,
            sum(e.amount) AS explained_part,
            countIf(e.period != 0) AS explained_months,
            sum(headcount) AS persons,
            min(headcount) AS fewest,
            jianfu_state(old, new, charged, 1) AS state,
            jianfu_band(old, charged, 1) AS band
        FROM lines AS l
        LEFT ANY JOIN explained AS e ON e.unit_id = l.unit_id AND e.period = l.period AND e.covered = l.covered
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND jianfu_in_scope(region_code, {scope:Array(String)})
            AND startsWith(region_code, {region:String})
            AND jianfu_in_industry(industry_code, {industry:String})
            AND jianfu_is(size, {size:String})
            AND jianfu_is(economic_type, {economic_type:String})
            AND jianfu_is(unit_kind, {unit_kind:String})
            AND bitTest(l.covered, {old:UInt8} - 1)
            AND (NOT {searched:Bool} OR l.unit_id IN (SELECT unit_id FROM found))
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
        {by:String} = 'old', old,
        {by:String} = 'new', new,
        {by:String} = 'charged', charged,
        {by:String} = 'due', old - new,
        {by:String} = 'real', old - charged,
        {by:String} = 'shortfall', charged - new,
        {by:String} = 'reason', explained_part,
        {by:String} = 'headcount', toDecimal128(persons, 2),
        {by:String} = 'state', toDecimal128(indexOf(['increased', 'none', 'partial', 'full', 'no_due'], state), 2),
        toDecimal128('0', 2)) * if({descending:Bool}, -1, 1),
    if({descending:Bool}, '', r.reading),
    if({descending:Bool}, r.reading, '') DESC,
    unit_id
LIMIT {skip:UInt64}, {most:UInt64}
