-- The issues about some units. Grain: one row an issue. Order: by unit, the last registered first, then by number and id.
-- Parameters: scope; units.
SELECT
    toString(issue_id) AS issue_of,
    number,
    unit_id,
    toString(state) AS state_of,
    registered_at,
    outstanding
FROM issues
WHERE unit_id IN {units:Array(String)}
    AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
ORDER BY unit_id, registered_at DESC, number, issue_of
