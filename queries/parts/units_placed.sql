-- Units with all the places where they have a burden within a view and a window: the members of dimensions that they count in
-- there, and their sums there. Parameters: those of lines_within.sql; by, the dimensions; region_digits and industry_digits,
-- how many characters of a code name a member.
{{.lines_within}},
-- Where a unit stands, as far as it is asked for: the shorter the key, the quicker.
standing AS (
    SELECT
        unit_id,
        if(hasAny({by:Array(String)}, ['region', 'increased']), toString(region_code), '') AS area,
        if(hasAny({by:Array(String)}, ['section', 'increased']), toString(industry_code), '') AS branch,
        if(has({by:Array(String)}, 'size'), toString(size), '') AS scale,
        if(has({by:Array(String)}, 'economic_type'), toString(economic_type), '') AS ownership,
        if(has({by:Array(String)}, 'unit_kind'), toString(unit_kind), '') AS sort,
        sum(l.old) AS old,
        sum(l.new) AS new,
        sum(l.charged) AS charged,
        sum(headcount) AS months,
        max(headcount) AS most,
        min(headcount) AS least
    FROM lines_within AS l
    GROUP BY unit_id, area, branch, scale, ownership, sort
),
-- A unit with all its places: the members that it counts in there, and its sums there.
units_placed AS (
    SELECT groupArray((
        arrayFilter(name -> name.1 IN {by:Array(String)}, [
            ('total', ''),
            ('region', rightPad(substring(area, 1, {region_digits:UInt8}), 6, '0')),
            ('section', substring(branch, 1, {industry_digits:UInt8})),
            ('size', scale),
            ('economic_type', ownership),
            ('unit_kind', sort),
            ('increased', concat(area, substring(branch, 1, 1)))]),
        old, new, charged, months, most, least)) AS spots
    FROM standing
    GROUP BY unit_id
)
