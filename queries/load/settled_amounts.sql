-- What the lines of a load add up to that settling it took out of the count, both payers. Grain: one row.
-- Parameters: load.
WITH dead AS (
    SELECT period, line
    FROM dead_records
    WHERE by_load = {load:UInt32}
        AND load_id = {load:UInt32}
)
SELECT
    sum(employer_amount + employee_amount) AS payable,
    sum(received_amount) AS received
FROM contributions
WHERE load_id = {load:UInt32}
    AND period IN (SELECT period FROM dead)
    AND line IN (SELECT line FROM dead)
