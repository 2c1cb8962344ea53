-- Units that two runs give differently in some month, with what both give over the window. What the later run gives is
-- read; what the earlier one gave is that less the movements, so that months that have not moved count on both sides.
-- Without a row in the window on one side, the state there is ''. Parameters: run, made, which movements; from, to; scope;
-- region, industry, size, economic_type, unit_kind, insurance, '' for any; employer and employee, 1 or 0; old and new,
-- scenario places of run.
{{.lines_within}},
{{.movements_within}},
sides AS (
    SELECT
        unit_id, 0 AS moved, 1 AS has, 1 AS had,
        l.old AS old_now, l.new AS new_now, l.charged AS charged_now,
        l.old AS old_then, l.new AS new_then, l.charged AS charged_then
    FROM lines_within AS l
    WHERE unit_id IN (SELECT unit_id FROM movements WHERE run_id = {run:UInt32} AND made = {made:UInt64})
    UNION ALL
    SELECT
        unit_id, moves AS moved, 0 AS has, if(was_there, m.had, 0) - if(is_there, m.has, 0) AS had,
        toDecimal64('0', 2) AS old_now, toDecimal64('0', 2) AS new_now, toDecimal64('0', 2) AS charged_now,
        m.old_then - m.old_now AS old_then, m.new_then - m.new_now AS new_then, m.charged_then - m.charged_now AS charged_then
    FROM movements_within AS m
),
units_moved AS (
    SELECT
        unit_id,
        sum(s.old_then) AS old_then,
        sum(s.new_then) AS new_then,
        sum(s.charged_then) AS charged_then,
        sum(s.old_now) AS old_now,
        sum(s.new_now) AS new_now,
        sum(s.charged_now) AS charged_now,
        if(sum(s.had) = 0, '', jianfu_state(old_then, new_then, charged_then, 1)) AS state_then,
        if(sum(s.has) = 0, '', jianfu_state(old_now, new_now, charged_now, 1)) AS state_now
    FROM sides AS s
    GROUP BY unit_id
    HAVING max(moved)
)
