-- Runs whose figures are given up. The row of a run stays in runs, so that the list of recomputes is whole; its figures
-- are dropped once no other run shows them, and nobody is shown a part of them from the moment that it stands here.
CREATE TABLE dropped_runs {{.On}} (
    run_id     UInt32,
    dropped_at DateTime64(3, 'UTC')
) ENGINE = {{.Engine "MergeTree"}} ORDER BY run_id
---
-- The header of each file that was loaded, as it stands there, and what is between its cells: with it, the lines that
-- were rejected make a file that can be corrected and loaded again.
CREATE TABLE load_headers {{.On}} (
    load_id   UInt32,
    columns   Array(String),
    delimiter String
) ENGINE = {{.Engine "MergeTree"}} ORDER BY load_id
