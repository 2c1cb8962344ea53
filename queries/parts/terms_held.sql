-- What holds for the employers of a class under a comparison's new policy, where its old one covers them. Parameters: old and
-- new, scenario places.
terms_held AS (
    SELECT
        run_id,
        period,
        class,
        insurance,
        limits[{new:UInt8}] AS held,
        (floor[held], cap[held], base_step[held], base_up[held]) AS limit,
        if(employer[{new:UInt8}] = 0, 0, rate[employer[{new:UInt8}]]) AS rate,
        (amount_add, amount_div, amount_times) AS rounding
    FROM run_terms
    WHERE bitTest(covered, {old:UInt8} - 1)
)
