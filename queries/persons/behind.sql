-- How many persons stand behind each member of one or two axes, at all times that a run has: the persons of the largest
-- insurance, and of a month those that the same comparisons cover. Grain: one row a member, with its times. Order: by x
-- and y. Parameters: run; scope; x and y, the axes: region, industry, size, economic_type, unit_kind or insurance, '' for
-- none; olds, the places of the comparisons' old scenarios.
WITH
    (by, place, trade, class, economy, kind, branch) -> multiIf(
        by = 'region', toString(place),
        by = 'industry', toString(trade),
        by = 'size', toString(class),
        by = 'economic_type', toString(economy),
        by = 'unit_kind', toString(kind),
        by = 'insurance', toString(branch),
        '') AS member,
    by_insurance AS (
        SELECT
            member({x:String}, region_code, industry_code, size, economic_type, unit_kind, insurance) AS x,
            member({y:String}, region_code, industry_code, size, economic_type, unit_kind, insurance) AS y,
            period,
            covered,
            insurance,
            sum(headcount) AS persons
        FROM cells
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
            AND arrayExists(old -> bitTest(covered, old - 1), {olds:Array(UInt8)})
        GROUP BY x, y, period, covered, insurance
    ),
    by_time AS (
        SELECT
            x,
            y,
            period,
            covered,
            max(persons) AS persons
        FROM by_insurance
        GROUP BY x, y, period, covered
    )
SELECT
    x,
    y,
    groupArray(period) AS months,
    groupArray(covered) AS parts,
    groupArray(persons) AS persons
FROM by_time
GROUP BY x, y
ORDER BY x, y
