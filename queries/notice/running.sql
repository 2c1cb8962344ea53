-- Issues whose clocks run: open, unanswered, and not waiting for somebody outside. Days are numbers since 1970, in Beijing.
-- Grain: one row an issue. Order: by issue. Parameters: states.
SELECT toString(issue_id) AS issue, number, title, toString(region_code) AS region, toString(bureau) AS bureau, state, nature, category,
    severity, owner, handler, clock_day, arrayMap(pause -> pause.1, paused_days) AS paused, arrayMap(pause -> pause.2, paused_days) AS resumed, extended
FROM issues
WHERE has({states:Array(String)}, state)
    AND ended_day = 0
ORDER BY issue_id
