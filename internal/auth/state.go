package auth

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"jianfu/queries"
)

// The files of the data directory by which processes agree about the accounts.
const (
	lockName  = "accounts.lock"
	stampName = "accounts.stamp"
)

// Times of the state in memory.
const (
	staleAfter = time.Minute // the state is read again after so long, for changes of other machines
	touchEvery = time.Minute // how often the use of a session or token is stored, at most
)

// state is what the store says, in memory. All of it is guarded by the mutex.
type state struct {
	mutex      sync.Mutex
	stamp      string
	readAt     time.Time // zero: never
	flushedAt  time.Time
	accounts   map[string]queries.Account
	identities map[string]string           // identity to account
	sessions   map[string]*queries.Session // by hash
	tokens     map[string]*queries.Token   // by hash
	usedSince  map[string]bool             // hashes of sessions and tokens that were used since the last flush
}

// fresh makes sure that the state is the current one. The mutex is held.
func (s *Service) fresh(ctx context.Context, now time.Time) error {
	stamp, err := s.readStamp()
	if err != nil {
		return err
	}
	if !s.state.readAt.IsZero() && stamp == s.state.stamp && now.Sub(s.state.readAt) < staleAfter {
		return nil
	}
	return s.reload(ctx, now, stamp)
}

// reload reads the state; the stamp was read before. The mutex is held.
func (s *Service) reload(ctx context.Context, now time.Time, stamp string) error {
	accounts, err := s.q.Accounts(ctx)
	if err != nil {
		return err
	}
	sessions, err := s.q.Sessions(ctx, now)
	if err != nil {
		return err
	}
	tokens, err := s.q.Tokens(ctx)
	if err != nil {
		return err
	}
	before := s.state.usedSince
	oldSessions, oldTokens := s.state.sessions, s.state.tokens
	s.state.accounts, s.state.identities = map[string]queries.Account{}, map[string]string{}
	s.state.sessions, s.state.tokens = map[string]*queries.Session{}, map[string]*queries.Token{}
	s.state.usedSince = map[string]bool{}
	for _, a := range accounts {
		s.keepAccount(a)
	}
	for i := range sessions {
		row := &sessions[i]
		if before[row.Session] {
			row.TouchedAt, s.state.usedSince[row.Session] = oldSessions[row.Session].TouchedAt, true
		}
		s.state.sessions[row.Session] = row
	}
	for i := range tokens {
		row := &tokens[i]
		if before[row.Hash] {
			row.UsedAt, s.state.usedSince[row.Hash] = oldTokens[row.Hash].UsedAt, true
		}
		s.state.tokens[row.Hash] = row
	}
	s.state.stamp, s.state.readAt = stamp, now
	return nil
}

// keepAccount takes a version of an account into the state. The mutex is held.
func (s *Service) keepAccount(a queries.Account) {
	s.state.accounts[a.Account] = a
	if a.Identity != "" {
		s.state.identities[a.Identity] = a.Account
	}
}

func (s *Service) readStamp() (string, error) {
	text, err := os.ReadFile(filepath.Join(s.q.Store().Data(), stampName))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(text), err
}

// change lets act change the accounts while no other process does, on the current state, and tells the others. The mutex
// is held while act runs.
func (s *Service) change(ctx context.Context, act func(ctx context.Context, now time.Time) error) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	release, err := s.q.Store().LockFile(ctx, lockName)
	if err != nil {
		return err
	}
	defer release()
	s.state.mutex.Lock()
	defer s.state.mutex.Unlock()
	now := s.clock()
	stamp, err := s.readStamp()
	if err != nil {
		return err
	}
	if err := s.reload(ctx, now, stamp); err != nil { // always: what another machine changed leaves no stamp here
		return err
	}
	if err := act(ctx, now); err != nil {
		s.state.readAt = time.Time{} // what was stored of it is not known
		return err
	}
	stamp = newSecret()
	file := filepath.Join(s.q.Store().Data(), stampName)
	if err := os.WriteFile(file+".new", []byte(stamp), 0o600); err != nil {
		return err
	}
	if err := os.Rename(file+".new", file); err != nil {
		return err
	}
	s.state.stamp = stamp
	return nil
}

// putAccount stores the next version of an account. It runs within change.
func (s *Service) putAccount(ctx context.Context, by string, now time.Time, a queries.Account) error {
	a.Version++
	a.ChangedAt, a.ChangedBy = now, by
	if err := s.q.PutAccount(ctx, a); err != nil {
		return err
	}
	s.keepAccount(a)
	return nil
}

// putSession stores the next version of a session. The mutex is held.
func (s *Service) putSession(ctx context.Context, row queries.Session) error {
	row.Version++
	if err := s.q.PutSessions(ctx, []queries.Session{row}); err != nil {
		return err
	}
	if row.Revoked {
		delete(s.state.sessions, row.Session)
	} else {
		s.state.sessions[row.Session] = &row
	}
	return nil
}

// used remembers that a session or a token was used, and stores it together with the others, once a minute at most. The
// mutex is held.
func (s *Service) used(ctx context.Context, hash string, at *time.Time, now time.Time) {
	if now.Sub(*at) < touchEvery {
		return
	}
	*at = now
	s.state.usedSince[hash] = true
	if now.Sub(s.state.flushedAt) < touchEvery {
		return
	}
	ctx, cancel := detached(ctx)
	defer cancel()
	if err := s.flush(ctx, now); err != nil { // the visit goes on; the next minute tries again
		s.options.Log.Error("the use of sessions was not stored", "error", err)
	}
}

// flush stores when sessions and tokens were last used. The mutex is held.
func (s *Service) flush(ctx context.Context, now time.Time) error {
	s.state.flushedAt = now
	var sessions []queries.Session
	var tokens []queries.Token
	for hash := range s.state.usedSince {
		if row := s.state.sessions[hash]; row != nil {
			row.Version++
			sessions = append(sessions, *row)
		}
		if row := s.state.tokens[hash]; row != nil {
			row.Version++
			tokens = append(tokens, *row)
		}
	}
	if err := s.q.PutSessions(ctx, sessions); err != nil {
		return err
	}
	if err := s.q.PutTokens(ctx, tokens); err != nil {
		return err
	}
	s.state.usedSince = map[string]bool{}
	return nil
}
