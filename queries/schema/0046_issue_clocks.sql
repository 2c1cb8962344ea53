-- Until when issues have time: worked out by the rule of internal/ledger and kept, so that lists and counts compare days. A row holds for
-- an issue after its step seq, by the calendar and the limits that basis is a hash of; due_day is a number since 1970, in Beijing, 0
-- where a year has no calendar; took the working days that the answer took, 0 before it. as_of is the day for which it was worked out
-- where it moves each day, because a pause has not ended; else 0.
CREATE TABLE issue_clocks {{.On}} (
    basis    UInt64,
    issue_id FixedString(32),
    seq      UInt32,
    as_of    UInt32,
    due_day  UInt32,
    took     Int32
) ENGINE = {{.Engine "ReplacingMergeTree"}} ORDER BY (basis, issue_id, seq, as_of)
