-- The number of a payer, as the table burdens has it. Parameters: name.
CREATE FUNCTION jianfu_payer AS (name) -> toUInt8(indexOf(['employer', 'employee'], name))
