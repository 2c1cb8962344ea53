-- For which sorts of causes units' months moved between two runs, and how many persons are behind each: those of the month that
-- has the fewest. Grain: one row a sort. Order: as a report tells them. Parameters: run, against; made, which movements; from,
-- to; scope.
SELECT why, min(months.persons) AS persons
FROM (SELECT why, period, sum(behind) AS persons FROM movements_sorted(run = {run:UInt32}, against = {against:UInt32}, made = {made:Array(UInt64)}, from = {from:UInt32}, to = {to:UInt32}, scope = {scope:Array(String)}) GROUP BY why, period) AS months
GROUP BY why
ORDER BY indexOf(['new_data', 'corrected_data', 'registration', 'parameters', 'together', 'program'], why)
