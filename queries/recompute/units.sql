-- The registration that holds for each unit in each of some months: the latest valid_from up to the month, or the
-- earliest where none is that early. area is the longest area that the pack names and that covers the unit; class stands
-- for all that decides its terms, of which the pack may not tell sizes, risk classes or elections apart.
-- Parameters: run, periods, loads; areas, the prefixes that the pack names, longest first; by_size, by_risk, by_election,
-- whether it tells them apart.
INSERT INTO run_units
WITH
    versions AS (
        SELECT
            unit_id,
            month AS period,
            argMax(
                (region_code, industry_code, size, economic_type, unit_kind, risk_class, float_factor, elections),
                (valid_from <= month, if(valid_from <= month, 1, -1) * toInt64(valid_from), load_id, line)
            ) AS held
        FROM units
        ARRAY JOIN {periods:Array(UInt32)} AS month
        WHERE load_id IN {loads:Array(UInt32)}
        GROUP BY unit_id, month
    ),
    areas AS (
        SELECT
            unit_id,
            period,
            held,
            arrayFirst(prefix -> startsWith(held.1, prefix), {areas:Array(String)}) AS area
        FROM versions
    )
SELECT
    {run:UInt32} AS run_id,
    period,
    unit_id,
    cityHash64(
        area,
        held.5,
        held.7,
        if({by_size:Bool}, toInt8(held.3), 0),
        if({by_risk:Bool}, held.6, 0),
        if({by_election:Bool}, held.8, [])) AS class,
    area,
    held.6 AS risk_class,
    held.7 AS float_factor,
    held.8 AS elections,
    held.1 AS region_code,
    held.2 AS industry_code,
    held.3 AS size,
    held.4 AS economic_type,
    held.5 AS unit_kind
FROM areas
