-- Whether an industry is within one that a view is narrowed to. Parameters: industry, a code, '' for none; wanted, the
-- beginning of one, '-' for none, '' for any.
CREATE FUNCTION jianfu_in_industry AS (industry, wanted) -> startsWith(industry, wanted) OR wanted = '-' AND industry = ''
