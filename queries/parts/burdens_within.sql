-- The burdens of a run within a scope and a window, with what the payers of a view owe and were charged. Parameters: run, from, to;
-- scope; employer and employee, 1 or 0; old and new, scenario places.
burdens_within AS (
    SELECT
        period, unit_id, insurance, region_code, industry_code, size, economic_type, unit_kind, headcount, employer, employee, reasons,
        jianfu_paid(employer[{old:UInt8}], employee[{old:UInt8}], {employer:Bool}, {employee:Bool}) AS old,
        jianfu_paid(employer[{new:UInt8}], employee[{new:UInt8}], {employer:Bool}, {employee:Bool}) AS new,
        jianfu_paid(employer_charged, employee_charged, {employer:Bool}, {employee:Bool}) AS charged
    FROM burdens
    WHERE (run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32})
        AND period BETWEEN {from:UInt32} AND {to:UInt32}
        AND jianfu_in_scope(region_code, {scope:Array(String)})
        AND bitTest(covered, {old:UInt8} - 1)
)
