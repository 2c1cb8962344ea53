package queries

import (
	"context"
	_ "embed"
	"time"

	"jianfu/internal/store"
)

// Account is one version of an account; internal/auth gives it its meaning.
type Account struct {
	Account      string    `ch:"account"`
	Version      uint32    `ch:"version"` // from 1
	ChangedAt    time.Time `ch:"changed_at"`
	ChangedBy    string    `ch:"changed_by"`
	CreatedAt    time.Time `ch:"created_at"`
	CreatedBy    string    `ch:"created_by"`
	Name         string    `ch:"name"`
	Roles        []string  `ch:"roles"`
	Regions      []string  `ch:"regions"`
	Identity     string    `ch:"identity"` // who it is at the bureau's own sign-on: issuer and subject; "" for none
	Password     string    `ch:"password"` // argon2id; "" for none
	PasswordAt   time.Time `ch:"password_at"`
	MustChange   bool      `ch:"must_change"`
	Disabled     bool      `ch:"disabled"`
	SessionsFrom time.Time `ch:"sessions_from"` // sessions that began before are over
	GivenBy      string    `ch:"given_by"`      // who alone gave it its password or rights, spaces between; "" once somebody else has confirmed it
}

//go:embed auth/accounts.sql
var accountsSQL string

// Accounts lists the accounts as they are now.
func (q *Queries) Accounts(ctx context.Context) ([]Account, error) {
	return store.Select[Account](ctx, q.db, accountsSQL, nil)
}

// PutAccount writes the next version of an account. The caller holds the lock of the accounts.
func (q *Queries) PutAccount(ctx context.Context, a Account) error {
	return store.Insert(ctx, q.db, `INSERT INTO accounts (account, version, changed_at, changed_by, created_at, created_by, name,
		roles, regions, identity, password, password_at, must_change, disabled, sessions_from, given_by)`, []Account{a})
}

// Session is one version of a session.
type Session struct {
	Session     string    `ch:"session"` // SHA-256 of its id, hexadecimal
	Version     uint32    `ch:"version"`
	Account     string    `ch:"account"`
	Method      string    `ch:"method"` // how it began: password, oidc, setup
	Address     string    `ch:"address"`
	Agent       string    `ch:"agent"`
	CreatedAt   time.Time `ch:"created_at"`
	TouchedAt   time.Time `ch:"touched_at"`
	ExpiresAt   time.Time `ch:"expires_at"`
	ViewAs      string    `ch:"view_as"`
	ViewAsUntil time.Time `ch:"view_as_until"`
	Revoked     bool      `ch:"revoked"`
}

//go:embed auth/sessions.sql
var sessionsSQL string

// Sessions lists the sessions that are not over at a time, as they are now.
func (q *Queries) Sessions(ctx context.Context, now time.Time) ([]Session, error) {
	return store.Select[Session](ctx, q.db, sessionsSQL, store.Params{"now_at": milliseconds(now)})
}

// PutSessions writes versions of sessions.
func (q *Queries) PutSessions(ctx context.Context, sessions []Session) error {
	return store.Insert(ctx, q.db, `INSERT INTO sessions (session, version, account, method, address, agent, created_at,
		touched_at, expires_at, view_as, view_as_until, revoked)`, sessions)
}

// Token is one version of an API token.
type Token struct {
	Token     string    `ch:"token"` // short id
	Version   uint32    `ch:"version"`
	Hash      string    `ch:"hash"` // SHA-256 of its text, hexadecimal
	Account   string    `ch:"account"`
	Label     string    `ch:"label"`
	Rights    []string  `ch:"rights"`
	Regions   []string  `ch:"regions"` // empty: those of the account
	CreatedAt time.Time `ch:"created_at"`
	CreatedBy string    `ch:"created_by"`
	ExpiresAt time.Time `ch:"expires_at"`
	UsedAt    time.Time `ch:"used_at"` // 1970 while it was never used
	Revoked   bool      `ch:"revoked"`
}

//go:embed auth/tokens.sql
var tokensSQL string

// Tokens lists the API tokens as they are now, ended ones included.
func (q *Queries) Tokens(ctx context.Context) ([]Token, error) {
	return store.Select[Token](ctx, q.db, tokensSQL, nil)
}

// PutTokens writes versions of API tokens.
func (q *Queries) PutTokens(ctx context.Context, tokens []Token) error {
	return store.Insert(ctx, q.db, `INSERT INTO api_tokens (token, version, hash, account, label, rights, regions, created_at,
		created_by, expires_at, used_at, revoked)`, tokens)
}
