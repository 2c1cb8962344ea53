-- What the records add up to that later loads have replaced, both payers. Grain: one row. Parameters: loads.
WITH dead AS (
    SELECT period, load_id, line
    FROM dead_records
    WHERE cause = 'replaced'
        AND by_load IN {loads:Array(UInt32)}
)
SELECT
    sum(employer_amount + employee_amount) AS payable,
    sum(received_amount) AS received
FROM contributions
WHERE period IN (SELECT period FROM dead)
    AND (load_id, line) IN (SELECT load_id, line FROM dead)
