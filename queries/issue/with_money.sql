-- Issues about units' shortfalls under a comparison, in all regions, of so many units behind one. Grain: one row an issue.
-- Order: by unit and county, then as they were registered. Parameters: comparison; behind, a unit or ''; most, of units.
SELECT
    toString(issue_id) AS issue_id,
    issue
FROM issues
WHERE found > 0
    AND comparison = {comparison:String}
    AND period_from > 0
    AND unit_id IN (
        SELECT unit_id
        FROM issues
        WHERE found > 0
            AND comparison = {comparison:String}
            AND period_from > 0
            AND unit_id > {behind:String}
        GROUP BY unit_id
        ORDER BY unit_id
        LIMIT {most:UInt64})
ORDER BY unit_id, region_code, registered_at, issue_id
