-- Writes burdens between those of two runs, into a number of their own: of units' months that moved for one of some sorts of
-- causes as the earlier run has them, of all others as the later one has. Months that both show of one run are left out.
-- Parameters: between, the number; run, against; made, which movements; from, to; scope; months, those to write; waiting, the sorts.
INSERT INTO burdens
WITH
    {{.movements_sorted}},
    held_back AS (
        SELECT unit_id, period
        FROM movements_sorted
        WHERE has({waiting:Array(String)}, why)
    )
SELECT
    {between:UInt32} AS run_id,
    period,
    unit_id,
    insurance,
    region_code,
    industry_code,
    size,
    economic_type,
    unit_kind,
    covered,
    records,
    headcount,
    estimates,
    wage,
    employer,
    employee,
    employer_charged,
    employee_charged,
    reasons
FROM burdens AS b
WHERE period IN {months:Array(UInt32)}
    AND jianfu_in_scope(region_code, {scope:Array(String)})
    AND ((b.run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {against:UInt32}) AND (unit_id, period) IN held_back
        OR (b.run_id, period) IN (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32}) AND (unit_id, period) NOT IN held_back)
