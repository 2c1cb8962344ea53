-- The issues about some units; county is that of an issue with money, which is about the case there alone. Grain: one row an issue. Order: by unit, the last registered first, then by number and id.
-- Parameters: scope; units.
SELECT
    toString(issue_id) AS issue_of,
    number,
    unit_id,
    if(found > 0, toString(region_code), '') AS county,
    toString(state) AS state_of,
    registered_at,
    outstanding
FROM issues
WHERE unit_id IN {units:Array(String)}
    AND jianfu_in_scope(region_code, {scope:Array(String)})
ORDER BY unit_id, registered_at DESC, number, issue_of
