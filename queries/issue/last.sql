-- What named issues, or those of named units, are after their last events. Grain: one row an issue. Order: the latest
-- registered first, then by number and id. Parameters: scope; issues and units, none for any.
SELECT
    toString(issue_id) AS issue_id,
    issue
FROM issues
WHERE arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
    AND (empty({issues:Array(String)}) OR issue_id IN {issues:Array(String)})
    AND (empty({units:Array(String)}) OR unit_id IN {units:Array(String)})
ORDER BY registered_at DESC, number, issue_id
