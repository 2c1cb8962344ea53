-- What two runs give differently, by the sort of cause that a report names: new_data, where records came and none was replaced;
-- corrected_data, where some were replaced or went away; registration; parameters; program; and together, where a unit's month
-- has several at once, or one for one comparison and another for another. Persons are those behind it. Grain: one row a unit and
-- month. Parameters: run, against; made, which movements; from, to; scope.
newer AS (
    SELECT arrayJoin(loads) AS load_id
    FROM runs
    WHERE run_id = {run:UInt32}
        AND load_id NOT IN (SELECT arrayJoin(loads) FROM runs WHERE run_id = {against:UInt32})
),
replaced AS (
    SELECT DISTINCT unit_id, period
    FROM dead_records
    WHERE period BETWEEN {from:UInt32} AND {to:UInt32}
        AND by_load IN newer
        AND cause = 'replaced'
),
movements_sorted AS (
    SELECT
        unit_id,
        period,
        if(uniqExact(sort) = 1, any(sort), 'together') AS why,
        max(persons) AS behind
    FROM (
        SELECT
            unit_id,
            period,
            multiIf(
                cause = 'month_added', 'new_data',
                cause = 'month_removed', 'corrected_data',
                cause = 'records', if((unit_id, period) IN replaced, 'corrected_data', 'new_data'),
                cause = 'registration', 'registration',
                cause = 'policy', 'parameters',
                cause = 'program', 'program',
                'together') AS sort,
            if(greatest(records_persons, moved_persons) > 0, greatest(records_persons, moved_persons), greatest(headcount_then, headcount_now)) AS persons
        FROM movements
        WHERE run_id = {run:UInt32}
            AND made IN {made:Array(UInt64)}
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND (lines_then > 0 AND jianfu_in_scope(place_then.1, {scope:Array(String)}) OR lines_now > 0 AND jianfu_in_scope(place_now.1, {scope:Array(String)}))
    )
    GROUP BY unit_id, period
)
