-- How many cases have each reason, cause, risk or insurance, and what it comes to in them; a case may have several. Grain: one
-- row a kind and id. Order: by the two.
-- Parameters: those of parts/cases_found.sql; by, the kinds.
WITH
    {{.cases_found}},
    (kind, list) -> if(has({by:Array(String)}, kind), arrayMap(x -> (kind, x.1, x.2), list), []) AS parts
SELECT
    part.1 AS dimension,
    toString(part.2) AS key,
    count() AS cases,
    sum(part.3) AS amount,
    sum(old) AS old_sum,
    sum(new) AS new_sum,
    sum(charged) AS charged_sum,
    sum(persons) AS persons_sum,
    {{.deliveries}}
FROM cases_found AS u
ARRAY JOIN arrayConcat(
    parts('reason', arrayMap(x -> (x.1, x.2), reasons)),
    parts('cause', arrayMap(x -> (x.1, x.2), causes)),
    parts('risk', arrayMap(x -> (x.1, x.2), risks)),
    parts('insurance', insurances)) AS part
GROUP BY dimension, key
ORDER BY dimension, key
