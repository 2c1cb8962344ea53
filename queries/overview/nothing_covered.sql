-- For which cities and insurances the comparison's old policy has no rate, and in which months, where it has none for any
-- record of the view; nothing where it has one. Grain: one row a city and insurance. Order: the most records first, then by
-- city and insurance. Parameters: run, from, to; scope; region, insurance, '' for any; old, a scenario's place; rows, how many
-- at most.
WITH
    months AS (
        SELECT computed_by, period
        FROM run_periods
        WHERE run_id = {run:UInt32}
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
    ),
    known AS (
        SELECT 1
        FROM burdens
        WHERE (run_id, period) IN months
            AND jianfu_in_scope(region_code, {scope:Array(String)})
            AND startsWith(region_code, {region:String})
            AND jianfu_is(insurance, {insurance:String})
            AND bitTest(covered, {old:UInt8} - 1)
        LIMIT 1
    )
SELECT
    concat(substring(region_code, 1, 4), '00') AS city,
    toString(insurance) AS of_insurance,
    min(period) AS first_month,
    max(period) AS last_month,
    toUInt64(sum(records)) AS lines
FROM uncovered
WHERE (run_id, period) IN months
    AND jianfu_in_scope(region_code, {scope:Array(String)})
    AND startsWith(region_code, {region:String})
    AND jianfu_is(insurance, {insurance:String})
    AND NOT bitTest(covered, {old:UInt8} - 1)
    AND (SELECT count() FROM known) = 0
GROUP BY city, of_insurance
ORDER BY lines DESC, city, of_insurance
LIMIT {rows:UInt32}
