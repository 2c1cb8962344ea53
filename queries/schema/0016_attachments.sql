-- Contents of attachments, in parts of a mebibyte, found by the SHA-256 of the whole (hexadecimal) and by nothing else, so
-- that servers which share a store share them, one backup holds them, and the same contents are kept once. All parts of
-- one are written together. Names and who may read are the matter of what refers to them.
CREATE TABLE attachments {{.On}} (
    sha256    FixedString(64),
    part      UInt32,
    parts     UInt32,
    type      LowCardinality(String),
    content   String CODEC(ZSTD(1)),
    stored_at DateTime64(3, 'UTC')
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (sha256, part) {{.Once}}
