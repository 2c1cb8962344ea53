-- For which sorts of causes units' months moved between two runs, and how many persons are behind each: those of the month that
-- has the fewest. Grain: one row a sort. Order: as a report tells them. Parameters: run, against; made, which movements; from,
-- to; scope.
WITH
    {{.movements_sorted}}
SELECT why, min(months.persons) AS persons
FROM (SELECT why, period, sum(behind) AS persons FROM movements_sorted GROUP BY why, period) AS months
GROUP BY why
ORDER BY indexOf(['new_data', 'corrected_data', 'registration', 'parameters', 'together', 'program'], why)
