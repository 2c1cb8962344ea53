-- How many steps of issues have neither a hash nor a seal. Grain: one row.
SELECT count() AS steps
FROM issue_events
WHERE hash = ''
    AND issue_id NOT IN (SELECT issue_id FROM issue_seals)
