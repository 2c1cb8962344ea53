-- The issues about some units, as the last event of each says. Grain: one row an issue. Order: by unit, the last registered
-- first, then by number and id. Parameters: scope; units.
SELECT
    toString(issue_id) AS issue,
    argMax(number, seq) AS number_of,
    argMax(unit_id, seq) AS unit,
    toString(argMax(state, seq)) AS state_of,
    argMax(registered_at, seq) AS registered,
    argMax(outstanding, seq) AS outstanding_of
FROM issue_events
WHERE unit_id IN {units:Array(String)}
    AND arrayExists(prefix -> startsWith(region_code, prefix), {scope:Array(String)})
GROUP BY issue_id
ORDER BY unit, registered DESC, number_of, issue
