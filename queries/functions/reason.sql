-- The number of a reason, as the table burdens has it. Parameters: name.
CREATE FUNCTION jianfu_reason AS (name) -> toUInt8(indexOf(['amount_mismatch', 'rate_not_applied', 'rate_below_policy', 'base_over_cap', 'base_below_floor',
    'base_mismatch', 'duplicate_charge', 'refund', 'rounding'], name))
