-- The page that a notice of an account leads to, '' where there is no such notice. Grain: one row. Parameters: account; notice.
SELECT any(address) AS address
FROM notices
WHERE account = {account:String}
    AND notice = {notice:String}
