-- The last number that a bureau has given in a year; 0 before the first. Grain: one row. Parameters: bureau; year.
SELECT max(number) AS number
FROM issue_numbers
WHERE bureau = {bureau:String}
    AND year = {year:UInt16}
