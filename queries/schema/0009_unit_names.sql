-- The forms in which each name of the table units is looked for and sorted; see package pinyin. They are worked out when
-- names are loaded, and for names that were there before by the load or recompute that comes next. No name is in twice
-- but where two programs fill it in at once, which does no harm.
CREATE TABLE unit_names {{.On}} (
    name     String CODEC(ZSTD(1)),
    folded   String CODEC(ZSTD(1)),
    reading  String CODEC(ZSTD(1)),
    initials String CODEC(ZSTD(1))
) ENGINE = {{.Engine "MergeTree"}} ORDER BY name
