-- How many persons stand behind each member of one or two axes, at all times that a run has: the persons of the largest
-- insurance, and of a month those that the same comparisons cover; and apart from these those of the units of which figures that
-- are added up unit by unit (see overview/member_states.sql) tell by what they differ from sums: that were charged too much,
-- and too little, whose burden rose, was not cut, is more than it ever was, or that got something of what fell, by either
-- payer (bits 52 to 63); how many units there are in all, among which those cannot be told apart (bit 51); and how many
-- persons the largest of them has (bit 50). Grain: one row a member of one or two axes, '' for none, with its times. Order:
-- by axes and members. Parameters: run; scope; olds and news, the places of the comparisons' scenarios.
WITH
    (one, insurance) -> if(one.1 = '', ('insurance', '', insurance, ''), (one.1, 'insurance', one.3, insurance)) AS insured,
    by_insurance AS (
        SELECT
            member,
            period,
            covered,
            insurance,
            sum(headcount) AS persons
        FROM cells
        ARRAY JOIN jianfu_all_members(toString(region_code), toString(industry_code), toString(size), toString(economic_type), toString(unit_kind)) AS member
        WHERE {{.covered_by_any}}
        GROUP BY member, period, covered, insurance
    ),
    {{.astray}},
    crowds AS ( -- units alike in everything, together
        SELECT period, covered, region_code, industry_code, size, economic_type, unit_kind, '' AS branch, count() AS units, max(headcount) AS largest
        FROM unit_months
        WHERE {{.covered_by_any}}
        GROUP BY period, covered, region_code, industry_code, size, economic_type, unit_kind
        UNION ALL
        SELECT period, covered, region_code, industry_code, size, economic_type, unit_kind, toString(insurance) AS branch, count() AS units, max(headcount) AS largest
        FROM burdens
        WHERE {{.covered_by_any}}
        GROUP BY period, covered, region_code, industry_code, size, economic_type, unit_kind, branch
    ),
    counted AS (
        SELECT member, period, bitOr(covered, one.1) AS part, one.2 AS persons
        FROM (
            SELECT if(branch = '', one, insured(one, branch)) AS member, period, covered, sum(c.units) AS units, toUInt64(max(c.largest)) AS largest
            FROM crowds AS c
            ARRAY JOIN jianfu_all_members(toString(region_code), toString(industry_code), toString(size), toString(economic_type), toString(unit_kind)) AS one
            WHERE branch = '' OR one.2 = ''
            GROUP BY member, period, covered
        )
        ARRAY JOIN [(bitShiftLeft(toUInt64(1), 51), units), (bitShiftLeft(toUInt64(1), 50), largest)] AS one
        UNION ALL
        SELECT member, period, covered AS part, max(b.persons) AS persons
        FROM by_insurance AS b
        GROUP BY member, period, part
        UNION ALL
        SELECT insured(b.member, toString(b.insurance)) AS member, b.period, b.covered AS part, b.persons
        FROM by_insurance AS b
        WHERE b.member.2 = ''
        UNION ALL
        SELECT one AS member, period, bitOr(covered, way) AS part, sum(headcount) AS persons
        FROM unit_months
        ARRAY JOIN ways(employer, employee, employer_charged, employee_charged) AS way
        ARRAY JOIN jianfu_all_members(toString(region_code), toString(industry_code), toString(size), toString(economic_type), toString(unit_kind)) AS one
        WHERE {{.covered_by_any}}
            AND one.1 != ''
        GROUP BY member, period, part
        UNION ALL
        SELECT insured(one, toString(insurance)) AS member, period, bitOr(covered, way) AS part, sum(headcount) AS persons
        FROM burdens
        ARRAY JOIN ways(employer, employee, employer_charged, employee_charged) AS way
        ARRAY JOIN jianfu_all_members(toString(region_code), toString(industry_code), toString(size), toString(economic_type), toString(unit_kind)) AS one
        WHERE {{.covered_by_any}}
            AND one.2 = ''
        GROUP BY member, period, part
    )
SELECT
    member.1 AS x_axis,
    member.2 AS y_axis,
    member.3 AS x,
    member.4 AS y,
    groupArray(period) AS months,
    groupArray(part) AS parts,
    groupArray(persons) AS persons,
    toInt64(0) AS weight
FROM counted
GROUP BY x_axis, y_axis, x, y
ORDER BY x_axis, y_axis, x, y
