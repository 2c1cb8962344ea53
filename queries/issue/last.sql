-- What named issues, or those of named units, are after their last events, whole, and whether the reader must not see them so. Grain: one row an issue. Order: the latest
-- registered first, then by number and id. Parameters: scope; least, persons from which on nothing is concealed; issues and units, none for any.
WITH
    {{.issues_seen}}
SELECT
    toString(issue_id) AS issue_id,
    issue,
    concealed
FROM issues_seen
WHERE jianfu_in_scope(region_code, {scope:Array(String)})
    AND (empty({issues:Array(String)}) OR issue_id IN {issues:Array(String)})
    AND (empty({units:Array(String)}) OR unit_id IN {units:Array(String)})
ORDER BY registered_at DESC, number, issue_id
