-- Whether a value is the one that a view is narrowed to. Parameters: value, of an enumeration or text; wanted, '' for any.
CREATE FUNCTION jianfu_is AS (value, wanted) -> wanted = '' OR toString(value) = wanted
