-- Makes movements visible that are written whole. Parameters: run, against; comparison; insurance, '' for all; made.
INSERT INTO differences (run_id, against, comparison, insurance, made, made_at)
SELECT {run:UInt32}, {against:UInt32}, {comparison:String}, {insurance:String}, {made:UInt64}, now64(3)
