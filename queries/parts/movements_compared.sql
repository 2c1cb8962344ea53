-- What two runs give differently of a month, unit by unit. Parameters: insurance, '' for all; period; now and before, the runs that
-- computed the month for the two; old_now, new_now, old_then and new_then, scenario places of theirs.
{{.lines}},
priced AS (
    SELECT
        unit_id,
        run_id = {now:UInt32} AS is_now,
        (region_code, industry_code, size, economic_type, unit_kind) AS place,
        headcount,
        [employer[if(is_now, {old_now:UInt8}, {old_then:UInt8})], employer[if(is_now, {new_now:UInt8}, {new_then:UInt8})], employer_charged] AS by_employer,
        [employee[if(is_now, {old_now:UInt8}, {old_then:UInt8})], employee[if(is_now, {new_now:UInt8}, {new_then:UInt8})], employee_charged] AS by_employee
    FROM lines
    WHERE run_id IN ({before:UInt32}, {now:UInt32})
        AND period = {period:UInt32}
        AND bitTest(covered, if(run_id = {now:UInt32}, {old_now:UInt8}, {old_then:UInt8}) - 1)
),
compared AS (
    SELECT
        unit_id,
        countIf(NOT is_now) AS lines_then,
        countIf(is_now) AS lines_now,
        if(lines_then > 0, anyIf(place, NOT is_now), any(place)) AS place_then,
        if(lines_now > 0, anyIf(place, is_now), any(place)) AS place_now,
        maxIf(headcount, NOT is_now) AS headcount_then,
        maxIf(headcount, is_now) AS headcount_now,
        arrayResize(sumForEachIf(by_employer, NOT is_now), 3) AS employer_then,
        arrayResize(sumForEachIf(by_employer, is_now), 3) AS employer_now,
        arrayResize(sumForEachIf(by_employee, NOT is_now), 3) AS employee_then,
        arrayResize(sumForEachIf(by_employee, is_now), 3) AS employee_now
    FROM priced
    GROUP BY unit_id
    HAVING lines_then = 0
        OR lines_now = 0
        OR place_then != place_now
        OR employer_then != employer_now
        OR employee_then != employee_now
)
