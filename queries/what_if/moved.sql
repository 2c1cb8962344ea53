-- How many persons stand behind what a scenario moves, step by step of the grid of limits: whose wage lies in a step between the limit in force and
-- the one that is tried, and how many the step moves, because their wage lies behind its start. It is asked of all units,
-- whether or not the scenario is about their area: what is decided must be the same for all scenarios that move as far.
-- Grain: one row a month, step and member of one or two axes, '' for none. Order: by them. Parameters: run, the scenario's;
-- base, the run that it starts from; from, to; scope; cap, whether the cap is meant, else the floor; grid, the limits of the steps, in fen; old and new,
-- scenario places.
WITH
    amount -> toUInt32(arrayCount(limit -> limit < amount, {grid:Array(Int64)})) AS step_of,
    terms AS (
        SELECT
            period,
            insurance,
            class,
            if({cap:Bool}, cap, floor)[limits[{old:UInt8}]] AS before,
            if({cap:Bool}, cap, floor)[limits[{new:UInt8}]] AS after
        FROM run_terms
        WHERE run_id = {run:UInt32}
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND bitTest(covered, {old:UInt8} - 1)
    ),
    asked AS ( -- a step that the limit in force divides counts on the side to which the limit is moved
        SELECT
            period,
            groupUniqArrayArray(arrayMap(step -> toUInt32(2 * step + (after > before)), range(step_of(least(before, after) + 1), step_of(greatest(before, after)) + 1))) AS steps
        FROM terms
        WHERE before != after
        GROUP BY period
    ),
    {{.records_counted}},
    units AS (
        SELECT period, unit_id, class, region_code, industry_code, size
        FROM run_units
        WHERE run_id = {run:UInt32}
            AND period BETWEEN {from:UInt32} AND {to:UInt32}
            AND jianfu_in_scope(region_code, {scope:Array(String)})
    ),
    by_unit AS (
        SELECT r.period AS period, r.insurance AS insurance, r.earned AS earned, r.plain AS plain, u.class AS class, u.region_code AS place, u.industry_code AS trade, u.size AS size
        FROM records_counted AS r
        INNER JOIN units AS u ON u.period = r.period AND u.unit_id = r.unit_id
    ),
    placed AS ( -- a plain record is one person's; where there are but others, nobody is sure to be there, and yet something is
        SELECT
            b.period AS period,
            b.insurance AS insurance,
            b.place AS place,
            b.trade AS trade,
            b.size AS size,
            toUInt32(2 * step_of(b.earned) + (b.earned > t.before)) AS lies,
            countIf(b.plain) AS persons
        FROM by_unit AS b
        INNER JOIN terms AS t ON t.period = b.period AND t.class = b.class AND t.insurance = b.insurance
        GROUP BY period, insurance, place, trade, size, lies
    ),
    counted AS (
        SELECT
            p.period AS period,
            p.insurance AS insurance,
            place, trade, size,
            stepped.1 AS step,
            2 * toUInt64(p.insurance) + stepped.2 AS part,
            sum(p.persons) AS persons
        FROM placed AS p
        INNER JOIN asked AS a ON a.period = p.period
        ARRAY JOIN arrayConcat(
            arrayMap(step -> (step, 0), arrayFilter(step -> lies = step, a.steps)),
            arrayMap(step -> (step, 1), arrayFilter(step -> if({cap:Bool}, lies >= step, lies <= step), a.steps))) AS stepped
        GROUP BY period, insurance, place, trade, size, step, part
    )
{{.by_member}}
