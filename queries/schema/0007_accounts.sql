-- Accounts. Every change is a new row with the next version; the latest is current. Accounts are never removed, so that
-- the audit log's names keep their meaning, and no name is ever given to a second person.
CREATE TABLE accounts {{.On}} (
    account       String,
    version       UInt32,
    changed_at    DateTime64(3, 'UTC'),
    changed_by    String,
    created_at    DateTime64(3, 'UTC'),
    created_by    String,
    name          String,
    roles         Array(LowCardinality(String)),
    regions       Array(String),
    identity      String,
    password      String,
    password_at   DateTime64(3, 'UTC'),
    must_change   Bool,
    disabled      Bool,
    sessions_from DateTime64(3, 'UTC')
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (account, version)
---
-- Sessions, by the SHA-256 of their id: who reads the store cannot take one over. A row a minute at most while the
-- session is used; the latest is current, and one row that says revoked ends the session for good. Rows go when the
-- session could not be used any more in any case.
CREATE TABLE sessions {{.On}} (
    session       FixedString(64),
    version       UInt32,
    account       String,
    method        LowCardinality(String),
    address       String,
    agent         String,
    created_at    DateTime64(3, 'UTC'),
    touched_at    DateTime64(3, 'UTC'),
    expires_at    DateTime64(3, 'UTC'),
    view_as       String,
    view_as_until DateTime64(3, 'UTC'),
    revoked       Bool
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (session, version) TTL toDateTime(expires_at) + INTERVAL 1 DAY
---
-- API tokens, by the SHA-256 of their text. token is the short id by which people speak of one. The latest row is
-- current, and one row that says revoked ends the token for good.
CREATE TABLE api_tokens {{.On}} (
    token      String,
    version    UInt32,
    hash       FixedString(64),
    account    String,
    label      String,
    rights     Array(LowCardinality(String)),
    regions    Array(String),
    created_at DateTime64(3, 'UTC'),
    created_by String,
    expires_at DateTime64(3, 'UTC'),
    used_at    DateTime64(3, 'UTC'),
    revoked    Bool
) ENGINE = {{.Engine "MergeTree"}} ORDER BY (token, version)
