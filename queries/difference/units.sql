-- Units that two runs give differently in some month, with what both give over the window. What the later run gives is
-- read; what the earlier one gave is that less the movements, so that months that have not moved count on both sides.
-- Without a row in the window on one side, the state there is ''. Grain: one row a unit. Order: the largest movement
-- first, of what is sorted by, then by unit. Parameters: run, made, which movements; from, to; scope; region, industry,
-- size, economic_type, unit_kind, insurance, '' for any; employer and employee, 1 or 0; old and new, scenario places of
-- run; units, ids, or empty for all; state_then and state_now, 'any' for any; sort, of old, new, charged, due, real,
-- shortfall, or '' for the largest of the first three; skip and most, the page.
WITH
    {{.units_moved}}
SELECT
    toString(unit_id) AS unit_id,
    state_then,
    state_now,
    old_then,
    new_then,
    charged_then,
    old_now,
    new_now,
    charged_now
FROM units_moved AS m
WHERE (empty({units:Array(String)}) OR toString(m.unit_id) IN {units:Array(String)})
    AND ({state_then:String} = 'any' OR state_then = {state_then:String})
    AND ({state_now:String} = 'any' OR state_now = {state_now:String})
ORDER BY
    if({sort:String} != '',
        abs(jianfu_figure({sort:String}, old_now - old_then, new_now - new_then, charged_now - charged_then)),
        greatest(abs(old_now - old_then), abs(new_now - new_then), abs(charged_now - charged_then))) DESC,
    unit_id
LIMIT {most:UInt64} OFFSET {skip:UInt64}
