package auth

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// mostSessions is how many sessions an account may have; another ends the one that was used longest ago.
const mostSessions = 20

// viewAsFor is how long an administrator sees what another sees before having to ask again.
const viewAsFor = 30 * time.Minute

// longestAgent is how much of a browser's name is kept, in characters.
const longestAgent = 200

// SignIn checks a name and a password and begins a session; id goes into the cookie and nowhere else. The problem
// sign_in_failed does not say what was wrong, sign_in_held says how long to wait.
func (s *Service) SignIn(ctx context.Context, account, password string, from Client) (id string, visit Visit, err error) {
	row, err := s.checkPassword(ctx, canonical(account), password, from)
	if err != nil {
		return "", Visit{}, err
	}
	if id, err = s.begin(ctx, accountOf(row), "password", from); err != nil {
		return "", Visit{}, err
	}
	visit, err = s.Visit(ctx, id, from)
	return id, visit, err
}

// checkPassword finds the account of a name and a password. It answers alike, and takes as long, whether the account is
// not there, cannot sign in with a password, or has another one.
func (s *Service) checkPassword(ctx context.Context, account, password string, from Client) (queries.Account, error) {
	s.state.mutex.Lock()
	err := s.fresh(ctx, s.clock())
	row, exists := s.state.accounts[account]
	s.state.mutex.Unlock()
	if err != nil {
		return queries.Account{}, err
	}
	try := attempt{account: account, key: account, device: deviceOf(row, from.Device), address: addressKey(from.Address)}
	failed := audit.Entry{Action: audit.SignInFailed, Address: from.text(), Details: map[string]string{"cause": "password"}}
	if exists {
		try.key += "|" + row.PasswordAt.UTC().Format(time.RFC3339Nano)
		// A name that is no account's is not recorded: people type passwords into the wrong field.
		failed.Actor, failed.Object, failed.Scope = account, account, prefixes(row.Regions)
	} else {
		failed.Details["cause"] = "no_such_account"
	}
	wait, announce := s.throttle.begin(try, s.clock())
	if wait > 0 {
		seconds := int(math.Ceil(wait.Seconds()))
		if announce {
			failed.Action, failed.Details = audit.SignInHeld, map[string]string{"seconds": itoa(seconds)}
			if err := s.log.Append(ctx, failed); err != nil {
				return queries.Account{}, err
			}
		}
		return queries.Account{}, problem.New("sign_in_held", "seconds", seconds)
	}
	right, err := s.verify(ctx, password, row.Password)
	if err != nil {
		return queries.Account{}, err
	}
	if right && !row.Disabled {
		s.throttle.succeed(try, s.clock())
		s.strengthen(ctx, row, password)
		return row, nil
	}
	code := "sign_in_failed"
	if right {
		failed.Details["cause"] = "disabled"
		code = "account_disabled" // who knows the password may know
	}
	if err := s.log.Append(ctx, failed); err != nil {
		return queries.Account{}, err
	}
	return queries.Account{}, problem.New(code)
}

// strengthen replaces a hash that was made at another cost, now that the password is known. Whether it succeeds is no
// matter of the sign-in.
func (s *Service) strengthen(ctx context.Context, row queries.Account, password string) {
	if costOf(row.Password) == s.options.Cost {
		return
	}
	hash, err := s.hash(ctx, password)
	if err == nil {
		err = s.change(ctx, func(ctx context.Context, now time.Time) error {
			current := s.state.accounts[row.Account]
			if current.Password != row.Password { // changed meanwhile
				return nil
			}
			current.Password = hash
			return s.putAccount(ctx, row.Account, now, current)
		})
	}
	if err != nil {
		s.options.Log.Error("a password's hash was not renewed", "account", row.Account, "error", err)
	}
}

// begin makes a session for an account that has shown who it is; it never takes an id from outside.
func (s *Service) begin(ctx context.Context, a Account, method string, from Client) (id string, err error) {
	id = newSecret()
	hash := digest(id)
	entry := audit.By(access.New(a.Grant()).From(access.Origin{Session: publicID(hash), Address: from.text()}), audit.SignIn, a.Account, "method", method)
	err = s.recorded(ctx, entry, func() error {
		ctx, cancel := detached(ctx)
		defer cancel()
		s.state.mutex.Lock()
		defer s.state.mutex.Unlock()
		now := s.clock()
		if err := s.fresh(ctx, now); err != nil {
			return err
		}
		row, ok := s.state.accounts[a.Account]
		if !ok || row.Disabled {
			return problem.New("account_disabled")
		}
		if err := s.endOldest(ctx, a.Account); err != nil {
			return err
		}
		if !now.After(row.SessionsFrom) { // signed out everywhere in this very millisecond
			now = row.SessionsFrom.Add(time.Millisecond)
		}
		return s.putSession(ctx, queries.Session{Session: hash, Account: a.Account, Method: method, Address: from.text(),
			Agent: shortened(from.Agent, longestAgent), CreatedAt: now, TouchedAt: now, ExpiresAt: now.Add(s.options.Absolute), ViewAsUntil: never})
	})
	return id, err
}

// endOldest makes room for one more session of an account. The mutex is held.
func (s *Service) endOldest(ctx context.Context, account string) error {
	var theirs []*queries.Session
	for _, row := range s.state.sessions {
		if row.Account == account {
			theirs = append(theirs, row)
		}
	}
	if len(theirs) < mostSessions {
		return nil
	}
	oldest := *slices.MinFunc(theirs, func(a, b *queries.Session) int { return a.TouchedAt.Compare(b.TouchedAt) })
	oldest.Revoked = true
	return s.putSession(ctx, oldest)
}

// Visit tells who asks, by the id in the cookie. The problem session_over says that nobody does: the session was never
// there, has not been used for too long, is too old or was ended, or its account is disabled.
func (s *Service) Visit(ctx context.Context, id string, from Client) (Visit, error) {
	hash := digest(id)
	s.state.mutex.Lock()
	defer s.state.mutex.Unlock()
	now := s.clock()
	if err := s.fresh(ctx, now); err != nil {
		return Visit{}, err
	}
	row := s.state.sessions[hash]
	if row == nil || !s.live(row, now) {
		return Visit{}, problem.New("session_over")
	}
	s.used(ctx, hash, &row.TouchedAt, now)
	account := accountOf(s.state.accounts[row.Account])
	origin := access.Origin{Session: publicID(hash), Address: from.text()}
	visit := Visit{Principal: access.New(account.Grant()).From(origin), Account: account, Session: publicID(hash),
		MustChange: account.MustChange, Unconfirmed: account.Unconfirmed(), ExpiresAt: row.ExpiresAt, hash: hash}
	if visit.MustChange || visit.Unconfirmed {
		visit.Principal = visit.Principal.WithoutRights()
		return visit, nil
	}
	if other, ok := s.state.accounts[row.ViewAs]; ok && !other.Disabled && now.Before(row.ViewAsUntil) {
		seen, err := visit.Principal.ViewAs(accountOf(other).Grant())
		if err == nil { // else the right was taken away meanwhile, and the administrator sees its own
			visit.Principal = seen
		}
	}
	return visit, nil
}

// Acting is what an account may see at this moment, for what is made in its name while it is not signed in. The fault
// account_unknown or account_disabled says that there is nobody; as with Visit, one that must change its password or be confirmed
// has no rights.
func (s *Service) Acting(ctx context.Context, account string) (Visit, error) {
	s.state.mutex.Lock()
	defer s.state.mutex.Unlock()
	if err := s.fresh(ctx, s.clock()); err != nil {
		return Visit{}, err
	}
	row, ok := s.state.accounts[account]
	if !ok {
		return Visit{}, unknownAccount(account)
	}
	a := accountOf(row)
	visit := Visit{Principal: access.New(a.Grant()), Account: a, MustChange: a.MustChange, Unconfirmed: a.Unconfirmed()}
	switch {
	case a.Disabled:
		return visit, problem.New("account_disabled")
	case visit.MustChange || visit.Unconfirmed:
		visit.Principal = visit.Principal.WithoutRights()
	}
	return visit, nil
}

// live tells whether a session can be used. The mutex is held.
func (s *Service) live(row *queries.Session, now time.Time) bool {
	account, ok := s.state.accounts[row.Account]
	return ok && !account.Disabled && row.CreatedAt.After(account.SessionsFrom) && now.Before(row.ExpiresAt) &&
		now.Before(row.TouchedAt.Add(s.options.Idle))
}

// SignOut ends the session of a visit.
func (s *Service) SignOut(ctx context.Context, v Visit) error {
	return s.recorded(ctx, audit.By(v.actor(), audit.SignOut, v.Account.Account), func() error { return s.revoke(ctx, v.hash) })
}

// actor is the principal of who signed in, without rights: for what everybody may do with their own session.
func (v Visit) actor() access.Principal {
	return access.New(v.Account.Grant()).From(v.Principal.Origin()).WithoutRights()
}

// revoke ends a session for good; one that is over already stays so.
func (s *Service) revoke(ctx context.Context, hash string) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	s.state.mutex.Lock()
	defer s.state.mutex.Unlock()
	if err := s.fresh(ctx, s.clock()); err != nil {
		return err
	}
	row := s.state.sessions[hash]
	if row == nil {
		return nil
	}
	ended := *row
	ended.Revoked = true
	return s.putSession(ctx, ended)
}

// ChangePassword changes the password of whoever signed in, who must know the old one. All sessions of the account end;
// id is a new one for this visit.
func (s *Service) ChangePassword(ctx context.Context, v Visit, old, password string, from Client) (id string, err error) {
	if v.Session == "" || v.Principal.ViewingAs() {
		return "", problem.New("access_denied", "right", "password")
	}
	if _, err := s.checkPassword(ctx, v.Account.Account, old, from); err != nil {
		return "", err
	}
	if old == password {
		return "", problem.New("password_same")
	}
	if err := s.setPassword(ctx, v.actor(), audit.PasswordChanged, v.Account.Account, password, false); err != nil {
		return "", err
	}
	return s.begin(ctx, v.Account, "password", from)
}

// Session is a session as its owner sees it in a list.
type Session struct {
	ID        string    `json:"id"` // public
	Method    string    `json:"method"`
	Address   string    `json:"address"`
	Agent     string    `json:"agent"`
	CreatedAt time.Time `json:"created_at"`
	TouchedAt time.Time `json:"touched_at"` // to the minute
	ExpiresAt time.Time `json:"expires_at"`
	ViewAs    string    `json:"view_as"`
}

// Sessions lists the sessions of an account that are not over, the last used first: one's own, or for who keeps accounts
// anybody's.
func (s *Service) Sessions(ctx context.Context, by access.Principal, account string) ([]Session, error) {
	account = canonical(account)
	if err := own(by, account); err != nil {
		return nil, err
	}
	s.state.mutex.Lock()
	defer s.state.mutex.Unlock()
	now := s.clock()
	if err := s.fresh(ctx, now); err != nil {
		return nil, err
	}
	sessions := []Session{}
	for hash, row := range s.state.sessions {
		if row.Account == account && s.live(row, now) {
			sessions = append(sessions, Session{publicID(hash), row.Method, row.Address, row.Agent, row.CreatedAt, row.TouchedAt, row.ExpiresAt, row.ViewAs})
		}
	}
	slices.SortFunc(sessions, func(a, b Session) int {
		if order := b.TouchedAt.Compare(a.TouchedAt); order != 0 {
			return order
		}
		return strings.Compare(a.ID, b.ID)
	})
	return sessions, nil
}

// EndSession ends one session of an account, told by its public id: one's own, or for who keeps accounts anybody's.
func (s *Service) EndSession(ctx context.Context, by access.Principal, account, session string) error {
	account = canonical(account)
	if err := own(by, account); err != nil {
		return err
	}
	found := ""
	s.state.mutex.Lock()
	for hash, row := range s.state.sessions {
		if row.Account == account && publicID(hash) == session {
			found = hash
		}
	}
	s.state.mutex.Unlock()
	if found == "" {
		return problem.New("session_unknown")
	}
	return s.recorded(ctx, audit.By(by, audit.SessionEnded, account, "session", session), func() error { return s.revoke(ctx, found) })
}

// StartViewAs lets the visit's session see what another account sees, for half an hour, with a reason.
func (s *Service) StartViewAs(ctx context.Context, v Visit, account, reason string) error {
	reason, err := audit.Reason(reason)
	if err != nil {
		return err
	}
	account = canonical(account)
	s.state.mutex.Lock()
	err = s.fresh(ctx, s.clock())
	other, ok := s.state.accounts[account]
	s.state.mutex.Unlock()
	switch {
	case err != nil:
		return err
	case v.Session == "":
		return problem.New("access_denied", "right", access.ViewAs)
	}
	if _, err := v.Principal.ViewAs(accountOf(other).Grant()); err != nil { // the right comes before whether there is one
		return err
	}
	if !ok || other.Disabled {
		return unknownAccount(account)
	}
	entry := audit.By(v.Principal, audit.ViewAsStarted, account).Because(reason)
	return s.recorded(ctx, entry, func() error { return s.setViewAs(ctx, v.hash, account, s.clock().Add(viewAsFor)) })
}

// EndViewAs gives the visit's session its own sight back.
func (s *Service) EndViewAs(ctx context.Context, v Visit) error {
	if !v.Principal.ViewingAs() {
		return nil
	}
	entry := audit.By(v.actor(), audit.ViewAsEnded, v.Principal.Account())
	return s.recorded(ctx, entry, func() error { return s.setViewAs(ctx, v.hash, "", never) })
}

func (s *Service) setViewAs(ctx context.Context, hash, account string, until time.Time) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	s.state.mutex.Lock()
	defer s.state.mutex.Unlock()
	if err := s.fresh(ctx, s.clock()); err != nil {
		return err
	}
	row := s.state.sessions[hash]
	if row == nil {
		return problem.New("session_over")
	}
	changed := *row
	changed.ViewAs, changed.ViewAsUntil = account, until
	return s.putSession(ctx, changed)
}
