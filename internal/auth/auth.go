// Package auth finds out who somebody is and keeps the accounts: passwords, sessions, API tokens, the bureau's own
// sign-on (OpenID Connect), the one-time link of an empty store, and an administrator's view as somebody else. What it
// hands out is an access.Principal; what that may do is the matter of package access. internal/web calls it for every
// request, `jianfu user` for the upkeep of accounts.
//
// Everything is kept in the store, as rows that are only ever added, so accounts, sessions and tokens survive a restart.
// A page needs no query all the same: the current state is held in memory. Whoever changes it, another process too, holds
// the lock of a file in the data directory meanwhile and leaves a new stamp in another; a process that sees a stamp that
// is not its own reads the state again, so that `jianfu user disable` works at once on a server that runs. Where several
// machines share one ClickHouse server, each with a data directory of its own, a change reaches the others within a
// minute.
package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// Options are the limits; New fills in those that are zero.
type Options struct {
	Idle     time.Duration // a session that is not used for so long is over; 30 minutes
	Absolute time.Duration // a session is over after so long in any case; 12 hours, one working day
	Cost     Cost          // of a password's hash
	Log      *slog.Logger  // what goes wrong where nobody waits for it
}

// Service is the accounts of one store. It is safe for concurrent use.
type Service struct {
	q        *queries.Queries
	log      *audit.Log
	now      func() time.Time
	options  Options
	state    state
	throttle *throttle
	hashing  chan struct{} // a place for each password that may be hashed at once
	dummy    string        // a hash that no password has, for accounts that there are not
	setup    setup
}

// hashesAtOnce bounds the memory and the processors that signing in takes, however many do so: 64 MiB each.
const hashesAtOnce = 2

// New makes the service of a store whose schema is up to date. It reads and starts nothing.
func New(q *queries.Queries, log *audit.Log, now func() time.Time, o Options) *Service {
	if o.Idle == 0 {
		o.Idle = 30 * time.Minute
	}
	if o.Absolute == 0 {
		o.Absolute = 12 * time.Hour
	}
	if o.Cost == (Cost{}) {
		o.Cost = standardCost
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{q: q, log: log, now: now, options: o, throttle: newThrottle(), hashing: make(chan struct{}, hashesAtOnce),
		dummy: hashPassword(newSecret(), o.Cost)}
}

// Close stores what is only in memory: when sessions and tokens were last used.
func (s *Service) Close(ctx context.Context) error {
	s.state.mutex.Lock()
	defer s.state.mutex.Unlock()
	return s.flush(ctx, s.clock())
}

// clock is the time as the store keeps it.
func (s *Service) clock() time.Time { return s.now().UTC().Truncate(time.Millisecond) }

// Client is where a request comes from.
type Client struct {
	Address netip.Addr // of the client itself, behind trusted proxies
	Agent   string     // what the browser calls itself
	Device  string     // what NewDevice gave the browser when somebody signed in with it; "" for none
}

// text is the address as it is recorded; an address that is not known is "".
func (c Client) text() string {
	if !c.Address.IsValid() {
		return ""
	}
	return c.Address.Unmap().String()
}

// Visit is one request's answer to who is asking.
type Visit struct {
	Principal  access.Principal
	Account    Account   // who signed in; under "view as" not the principal's account
	Session    string    // public id of the session; "" with a token
	Token      string    // id of the API token; "" with a session
	MustChange bool      // nothing but the change of the password is open; the principal has no rights
	ExpiresAt  time.Time // when the session or the token is over in any case

	// Unconfirmed says that somebody else has still to confirm that its owner holds the account; the principal has no rights.
	Unconfirmed bool

	hash string // of the session
}

// newSecret is 256 random bits as text.
func newSecret() string {
	var bits [32]byte
	_, _ = rand.Read(bits[:]) // never fails: it ends the program instead
	return base64.RawURLEncoding.EncodeToString(bits[:])
}

// digest is the SHA-256 of a secret of 256 random bits, which needs no slower hash.
func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// publicID is how people and the audit log speak of a session, which does not lead to its secret.
func publicID(hash string) string { return hash[:16] }

// recorded writes an audit entry and then acts.
func (s *Service) recorded(ctx context.Context, e audit.Entry, act func() error) error {
	return s.log.Do(ctx, e, func(context.Context) error { return act() })
}

// storeTimeout bounds how long a change of accounts may take. It does not end with the request, because half of it may
// be stored.
const storeTimeout = 20 * time.Second

// detached is a context that outlives the request.
func detached(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
}

// never is the time of what has not happened.
var never = time.UnixMilli(0).UTC()

// shortened cuts a text from outside.
func shortened(text string, most int) string {
	text = strings.ToValidUTF8(text, "")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most])
	}
	return text
}

// setup is the one-time link of a store without accounts, in memory alone: after a restart there is another.
type setup struct {
	mutex sync.Mutex
	hash  string
	until time.Time
}

// setupFor is how long the one-time link is good for.
const setupFor = time.Hour

// OfferSetup returns a new one-time token with which the first account can be made, from this machine alone; "" where the
// store has accounts. A new token ends the one before.
func (s *Service) OfferSetup(ctx context.Context) (string, error) {
	empty, err := s.Empty(ctx)
	if err != nil || !empty {
		return "", err
	}
	token := newSecret()
	s.setup.mutex.Lock()
	defer s.setup.mutex.Unlock()
	s.setup.hash, s.setup.until = digest(token), s.clock().Add(setupFor)
	return token, nil
}

// CheckSetup tells whether the first account can be made with the token; the problem setup_closed says that it cannot.
// The client's address must be the one that the connection has, and a request that a proxy forwarded must not get here:
// it would be local too.
func (s *Service) CheckSetup(token string, from Client) error {
	s.setup.mutex.Lock()
	defer s.setup.mutex.Unlock()
	if s.setup.hash == "" || !from.Address.Unmap().IsLoopback() || !s.clock().Before(s.setup.until) || !sameSecret(digest(token), s.setup.hash) {
		return problem.New("setup_closed")
	}
	return nil
}

// FinishSetup makes the first account, a system administrator, with the one-time token, and signs it in.
func (s *Service) FinishSetup(ctx context.Context, token, account, name, password string, from Client) (id string, err error) {
	if err := s.CheckSetup(token, from); err != nil {
		return "", err
	}
	by := access.New(access.Grant{Account: setupActor}).From(access.Origin{Address: from.text()})
	created, err := s.create(ctx, by, audit.Setup, NewAccount{Account: account, Name: name, Roles: []access.Role{access.SysAdmin},
		Password: password}, true)
	if err != nil {
		return "", err
	}
	s.setup.mutex.Lock()
	s.setup.hash = ""
	s.setup.mutex.Unlock()
	return s.begin(ctx, created, "setup", from)
}

// setupActor makes the first account; no account can be called so.
const setupActor = "setup:"
