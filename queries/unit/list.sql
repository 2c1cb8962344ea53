-- The units of a view, each with its burden and state over the window, a page of them; beside each, what all of them
-- together come to. With a search, the units are those whose code or one of whose names it finds; with a reason, those of
-- whose shortfall it explains a part. Grain: one row a unit. Order: as by says, falling where descending, then by unit.
-- Parameters: run, from, to, loads; scope; region, industry, size, economic_type, unit_kind, insurance, '' for any;
-- employer and employee, 1 or 0; old and new, scenario places; searched, whether there is a search; code, the beginning
-- of one or '', and words; state, band and reason, '' for any; by, descending; skip and most, of rows.
WITH
    (yuan, kept) -> if(kept, yuan, toDecimal64('0', 2)) AS share,
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
            AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
            AND ({code:String} != '' AND startsWith(unit_id, {code:String})
                OR name IN (
                    SELECT name
                    FROM unit_names
                    WHERE notEmpty({words:Array(String)})
                        AND arrayAll(word -> position(folded, word) > 0 OR position(initials, word) > 0 OR startsWith(reading, word), {words:Array(String)})))
    ),
    explained AS (
        SELECT period, unit_id, covered, sum(part.amount) AS amount
        FROM burdens
        ARRAY JOIN reasons AS part
        WHERE {reason:String} != ''
            AND (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND ({insurance:String} = '' OR toString(insurance) = {insurance:String})
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
            AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
        GROUP BY unit_id
    ),
    burdened AS (
        SELECT
            l.unit_id AS unit_id,
            argMax((region_code, industry_code, size, economic_type, unit_kind), period) AS place,
            sum(share(employer[{old:UInt8}], {employer:Bool}) + share(employee[{old:UInt8}], {employee:Bool})) AS old,
            sum(share(employer[{new:UInt8}], {employer:Bool}) + share(employee[{new:UInt8}], {employee:Bool})) AS new,
            sum(share(employer_charged, {employer:Bool}) + share(employee_charged, {employee:Bool})) AS charged,
            sum(e.amount) AS explained_part,
            countIf(e.period != 0) AS explained_months,
            sum(headcount) AS persons,
            min(headcount) AS fewest,
            old + 1000 AS tolerance,
            multiIf(
                (charged - old) * 1000 > tolerance, 'increased',
                (old - new) * 1000 > tolerance AND (old - charged) * 1000 <= tolerance, 'none',
                (old - charged) * 1000 > tolerance AND (charged - new) * 1000 > tolerance, 'partial',
                (old - new) * 1000 > tolerance, 'full',
                'no_due') AS state,
            multiIf(
                (charged - old) * 1000 > tolerance, if((charged - old) * 20 > old, 'rose_over_5', 'rose_to_5'),
                (old - charged) * 1000 <= tolerance, 'unchanged',
                (old - charged) * 20 <= old, 'fell_to_5',
                (old - charged) * 10 <= old, 'fell_to_10',
                'fell_over_10') AS band
        FROM lines AS l
        LEFT ANY JOIN explained AS e ON e.unit_id = l.unit_id AND e.period = l.period AND e.covered = l.covered
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
            AND startsWith(region_code, {region:String})
            AND (startsWith(industry_code, {industry:String}) OR {industry:String} = '-' AND industry_code = '')
            AND ({size:String} = '' OR toString(size) = {size:String})
            AND ({economic_type:String} = '' OR toString(economic_type) = {economic_type:String})
            AND ({unit_kind:String} = '' OR toString(unit_kind) = {unit_kind:String})
            AND bitTest(l.covered, {old:UInt8} - 1)
            AND (NOT {searched:Bool} OR l.unit_id IN (SELECT unit_id FROM found))
        GROUP BY unit_id
        HAVING ({state:String} = '' OR state = {state:String})
            AND ({band:String} = '' OR band = {band:String})
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
    sum(explained_part) OVER () AS all_explained
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
