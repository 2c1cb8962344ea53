-- Why a base is not what the policy makes of the wage. Parameters: declared and owed, bases; heads, whose they are; floor and cap.
CREATE FUNCTION jianfu_base_reason AS (declared, owed, heads, floor, cap) -> multiIf(
    declared = owed, 'base_mismatch',
    declared > cap * heads, 'base_over_cap',
    declared < floor * heads, 'base_below_floor',
    'base_mismatch')
