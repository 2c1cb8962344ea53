-- Where and about what accounts want mail. Grain: one row an account. Order: by account. Parameters: accounts (none for all).
SELECT account, max(changed_at) AS changed, argMax(mail, changed_at) AS mail, argMax(kinds, changed_at) AS kinds,
    argMax(language, changed_at) AS language
FROM notice_settings
WHERE empty({accounts:Array(String)}) OR has({accounts:Array(String)}, account)
GROUP BY account
ORDER BY account
