-- Which groups of the units that a load touches may have a person with more than one normal record; see repeated_persons.
-- Parameters: load; periods, those that the load has records of.
INSERT INTO repeated_persons
SELECT
    {load:UInt32} AS by_load,
    period,
    unit_id,
    insurance
FROM contributions
WHERE period IN {periods:Array(UInt32)}
    AND unit_id IN (
        SELECT DISTINCT unit_id
        FROM contributions
        WHERE period IN {periods:Array(UInt32)}
            AND load_id = {load:UInt32}
    )
    AND entry_type = 'normal'
    AND person != 0
GROUP BY period, unit_id, insurance
HAVING arrayUniq(groupArray(person)) < count()
