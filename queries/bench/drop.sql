-- Empties what create.sql made.
DROP TABLE IF EXISTS bench_contributions SYNC
