-- How many persons' records of a month two runs have differently, unit by unit. Parameters: insurance, '' for all; period; now and before,
-- the runs that computed the month for the two, 0 where one does not have it.
batches AS (
    SELECT load_id
    FROM (SELECT DISTINCT run_id, arrayJoin(loads) AS load_id FROM runs WHERE run_id IN ({before:UInt32}, {now:UInt32}))
    WHERE {before:UInt32} > 0 AND {now:UInt32} > 0
    GROUP BY load_id
    HAVING count() = 1
),
records AS (
    SELECT unit_id, uniqExact(if(person = 0, cityHash64(record_id), person)) AS persons
    FROM contributions
    WHERE period = {period:UInt32}
        AND load_id IN batches
        AND jianfu_is(insurance, {insurance:String})
        AND (load_id, line) NOT IN (SELECT load_id, line FROM dead_records WHERE by_load = load_id)
    GROUP BY unit_id
    UNION ALL
    SELECT DISTINCT unit_id, 1 AS persons
    FROM dead_records
    WHERE period = {period:UInt32}
        AND by_load IN batches
        AND jianfu_is(insurance, {insurance:String})
        AND cause = 'replaced'
),
changed AS (SELECT unit_id, max(persons) AS persons FROM records GROUP BY unit_id)
