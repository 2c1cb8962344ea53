-- How the names of units are read, for lists in their order. Parameters: by, which is name where it is asked for; loads; scope.
readings AS (
    SELECT unit_id, argMax(reading, (valid_from, load_id, line)) AS reading
    FROM units
    INNER ANY JOIN unit_names USING (name)
    WHERE {by:String} = 'name'
        AND load_id IN {loads:Array(UInt32)}
        AND jianfu_in_scope(region_code, {scope:Array(String)})
    GROUP BY unit_id
)
