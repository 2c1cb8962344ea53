-- How many units, of at least one person each, stand behind each reason, by itself and within the members of an axis, at
-- all times that a run has: by month, scenario, payer, and what comparisons cover. Grain: one row a member and reason,
-- with its times. Order: by x and y. Parameters: run; scope; x, the axis: region, industry, size, economic_type, unit_kind
-- or insurance, '' for none.
WITH by_time AS (
    SELECT
        multiIf(
            {x:String} = 'region', toString(region_code),
            {x:String} = 'industry', toString(industry_code),
            {x:String} = 'size', toString(size),
            {x:String} = 'economic_type', toString(economic_type),
            {x:String} = 'unit_kind', toString(unit_kind),
            {x:String} = 'insurance', toString(insurance),
            '') AS x,
        toString(found.reason) AS y,
        period,
        cityHash64(covered, found.scenario, found.payer) AS part,
        uniqExact(unit_id) AS persons
    FROM burdens
    ARRAY JOIN reasons AS found
    WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
        AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
    GROUP BY x, y, period, part
)
SELECT
    x,
    y,
    groupArray(period) AS months,
    groupArray(part) AS parts,
    groupArray(persons) AS persons
FROM by_time
GROUP BY x, y
ORDER BY x, y
