-- Whether each of some words is found in the name of a unit: in the name as it is searched, in its initials, or at the beginning
-- of its reading; never without a word. Parameters: words.
name IN (
    SELECT name
    FROM unit_names
    WHERE notEmpty({words:Array(String)})
        AND arrayAll(word -> position(folded, word) > 0 OR position(initials, word) > 0 OR startsWith(reading, word), {words:Array(String)}))
