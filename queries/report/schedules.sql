-- Schedules of reports that a reader may see, with the last day for which each had one prepared, 0 for none. Grain: one row a schedule.
-- Order: by region, then by schedule. Parameters: scope.
WITH
    kept AS (
        SELECT schedule, max(changed_at) AS changed,
            argMax((state, account, report_set, months, comparison, region, organisation, mask, counted, day), changed_at) AS last
        FROM report_schedules
        GROUP BY schedule
        HAVING last.1 = 'active'
    ),
    done AS (
        SELECT schedule, max(due) AS done
        FROM report_jobs
        WHERE schedule != ''
        GROUP BY schedule
    )
SELECT
    toString(kept.schedule) AS schedule,
    changed AS changed_at,
    last.1 AS state,
    last.2 AS account,
    last.3 AS report_set,
    last.4 AS months,
    last.5 AS comparison,
    last.6 AS region,
    last.7 AS organisation,
    last.8 AS mask,
    last.9 AS counted,
    last.10 AS day,
    done.done AS done
FROM kept
LEFT JOIN done ON done.schedule = toString(kept.schedule)
WHERE arrayExists(whole -> startsWith(region, whole), {scope:Array(String)})
ORDER BY region, schedule
