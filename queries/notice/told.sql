-- Which of some notices there are already. Grain: one row a notice. Order: by notice. Parameters: notices.
SELECT toString(notice) AS notice
FROM notices
WHERE has({notices:Array(String)}, toString(notice))
GROUP BY notice
ORDER BY notice
