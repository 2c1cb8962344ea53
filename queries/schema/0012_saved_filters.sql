-- Filters of lists that accounts keep under a name, each the parameters of the list's address. Nothing is changed: the
-- last row of a name counts, and one that is dropped takes the name away.
CREATE TABLE saved_filters {{.On}} (
    account  String,
    list     LowCardinality(String),
    name     String,
    address  String,
    dropped  Bool,
    saved_at DateTime64(3, 'UTC')
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (account, list, name, saved_at)
