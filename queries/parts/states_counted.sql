-- How many units are in which state. Parameters: none.
countIf(state = 'full') AS full,
countIf(state = 'partial') AS partial,
countIf(state = 'none') AS none,
countIf(state = 'increased') AS increased,
countIf(state = 'no_due') AS no_due
