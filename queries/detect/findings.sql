-- The systemic findings of a run: a reason or risk that is at many units of a county, of a city's units that declare through
-- one channel, or of the whole province, for one insurance; old months are made up for in all insurances at once. Those
-- concerned are the units with a burden for the insurance in the window, by channel those that declared through it in its
-- last month; whoever has the reason is always one of them.
-- Parameters: run; from and to, the window; loads; old, the scenario's place; marks, ids of reasons and risks; rules, in
-- parallel with least_units and least_shares, in hundredths.
INSERT INTO findings (run_id, finding_id, rule, reason, region_code, insurance, channel, period_from, period_to, units, of, amount)
WITH
    shown AS (SELECT computed_by, period FROM run_periods WHERE run_id = {run:UInt32} AND period <= {to:UInt32}),
    (region, way) -> [('county', toString(region), ''), ('channel', concat(left(region, 4), '00'), way), ('province', concat(left(region, 2), '0000'), '')] AS places,
    marked AS (
        SELECT mark, insurance, place, unit_id, min(period) AS first, max(period) AS last, sum(amount) AS part
        FROM (
            SELECT mark, if(mark = 'back_payment_after_cut', '', toString(insurance)) AS insurance, unit_id, period, amount, places(region_code, channel) AS at
            FROM marks
            WHERE (run_id, period) IN shown
                AND (period >= {from:UInt32} OR mark = 'back_payment_after_cut')
                AND has({marks:Array(String)}, mark)
        )
        ARRAY JOIN at AS place
        WHERE place.1 != 'channel' OR place.3 != ''
        GROUP BY mark, insurance, place, unit_id
        HAVING part != 0
    ),
    declared AS (
        SELECT unit_id, toString(insurance) AS insurance, toString(channel) AS way
        FROM contributions
        WHERE period = {to:UInt32}
            AND load_id IN {loads:Array(UInt32)}
            AND channel != ''
        GROUP BY unit_id, insurance, way
    ),
    burdened AS (
        SELECT unit_id, toString(insurance) AS insurance, region_code
        FROM burdens
        WHERE (run_id, period) IN shown
            AND period >= {from:UInt32}
            AND bitTest(covered, {old:UInt8} - 1)
        GROUP BY unit_id, insurance, region_code
    ),
    concerned AS (
        SELECT insurance, place, uniqExact(unit_id) AS units
        FROM (
            SELECT b.unit_id AS unit_id, arrayJoin([b.insurance, '']) AS insurance, arrayFilter(p -> p.1 != 'channel' OR p.3 != '', places(b.region_code, d.way)) AS at
            FROM burdened AS b
            LEFT JOIN declared AS d ON d.unit_id = b.unit_id AND d.insurance = b.insurance
        )
        ARRAY JOIN at AS place
        GROUP BY insurance, place
    )
SELECT
    {run:UInt32} AS run_id,
    lower(leftPad(hex(sipHash64(m.place.1, m.mark, m.place.2, m.insurance, m.place.3)), 16, '0')) AS finding_id,
    m.place.1 AS rule,
    m.mark AS reason,
    m.place.2 AS region_code,
    m.insurance AS insurance,
    m.place.3 AS channel,
    min(m.first) AS period_from,
    max(m.last) AS period_to,
    uniqExact(m.unit_id) AS units,
    greatest(any(c.units), units) AS of,
    sum(m.part) AS amount
FROM marked AS m
LEFT ANY JOIN concerned AS c ON c.insurance = m.insurance AND c.place = m.place
GROUP BY m.mark, m.insurance, m.place
HAVING units >= {least_units:Array(UInt32)}[indexOf({rules:Array(String)}, rule)]
    AND units * 100 >= of * {least_shares:Array(UInt32)}[indexOf({rules:Array(String)}, rule)]
