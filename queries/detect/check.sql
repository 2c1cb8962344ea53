-- What the cases of a run add up to, and what its burdens do over the same window. Grain: one row. Parameters: run; from
-- and to; old and new, scenario places.
WITH (SELECT (countIf(arraySum(reasons.amount) != charged - new OR arraySum(insurances.amount) != charged - new), sum(charged), sum(new)) FROM cases WHERE run_id = {run:UInt32}) AS written
SELECT
    written.1 AS unequal,
    written.2 AS charged,
    written.3 AS owed,
    (
        SELECT sum(employer_charged - employer[{new:UInt8}])
        FROM cells
        WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND bitTest(covered, {old:UInt8} - 1)
    ) AS expected
