-- How many units, of at least one person each, stand behind each reason, by itself and within the members of each axis, at
-- all times that a run has: by month, scenario, payer, what comparisons cover, and whether it adds or takes away; and how
-- much money, of whatever sign, in yuan. Grain: one row a reason by itself, or a member of an axis and reason, with its
-- times. Order: by axes and members. Parameters: run; scope.
WITH
    (place, trade, class, economy, kind, branch) -> [
        ('', ''), ('region', place), ('industry', trade), ('size', class), ('economic_type', economy), ('unit_kind', kind), ('insurance', branch)] AS members,
    by_time AS (
        SELECT
            if(one.1 = '', 'reason', one.1) AS x_axis,
            if(one.1 = '', '', 'reason') AS y_axis,
            if(one.1 = '', toString(found.reason), one.2) AS x,
            if(one.1 = '', '', toString(found.reason)) AS y,
            period,
            cityHash64(covered, found.scenario, found.payer, found.amount > 0) AS part,
            uniqExact(unit_id) AS persons,
            toInt64(sum(abs(found.amount))) AS weight
        FROM burdens
        ARRAY JOIN reasons AS found
        ARRAY JOIN members(toString(region_code), toString(industry_code), toString(size), toString(economic_type), toString(unit_kind), toString(insurance)) AS one
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND jianfu_in_scope(region_code, {scope:Array(String)})
        GROUP BY x_axis, y_axis, x, y, period, part
    )
SELECT
    x_axis,
    y_axis,
    x,
    y,
    groupArray(period) AS months,
    groupArray(part) AS parts,
    groupArray(persons) AS persons,
    sum(weight) AS weight
FROM by_time
GROUP BY x_axis, y_axis, x, y
ORDER BY x_axis, y_axis, x, y
