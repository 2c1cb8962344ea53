-- The names of units in which each of some words is found: in the name as it is searched, in its initials, or at the beginning
-- of its reading; none without a word. Grain: one row a name. Parameters: words.
CREATE OR REPLACE VIEW names_found {{.On}} AS
SELECT name
FROM unit_names
WHERE notEmpty({words:Array(String)})
    AND arrayAll(word -> position(folded, word) > 0 OR position(initials, word) > 0 OR startsWith(reading, word), {words:Array(String)})
