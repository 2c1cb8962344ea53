-- What the lines of a load add up to. Grain: one row an insurance and month, for lines that were accepted and for those that say what
-- was there already. Order: by insurance, month, and the accepted first. Parameters: load.
SELECT
    unchanged,
    toString(insurance) AS insurance,
    period,
    records,
    headcount,
    wage,
    base,
    employer_amount,
    employee_amount,
    received_amount
FROM load_totals
WHERE load_id = {load:UInt32}
ORDER BY load_totals.insurance, period, unchanged
