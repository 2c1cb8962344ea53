package auth

import (
	"context"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/problem"
)

// ResetPassword gives somebody else's account a new password and ends its sessions and tokens. mustChange makes its owner
// choose their own at the next sign-in; where an account did it, a second one must confirm that the owner did.
func (s *Service) ResetPassword(ctx context.Context, by access.Principal, account, password string, mustChange bool) error {
	if err := by.Require(access.UsersWrite); err != nil {
		return err
	}
	if canonical(account) == by.Account() {
		return problem.New("account_self")
	}
	return s.setPassword(ctx, by, audit.PasswordReset, account, password, mustChange)
}

func (s *Service) setPassword(ctx context.Context, by access.Principal, action audit.Action, account, password string, mustChange bool) error {
	account = canonical(account)
	s.state.mutex.Lock()
	err := s.fresh(ctx, s.clock())
	before, ok := s.state.accounts[account]
	s.state.mutex.Unlock()
	if err != nil {
		return err
	}
	if !ok {
		return unknownAccount(account)
	}
	if err := CheckPassword(account, before.Name, password); err != nil {
		return err
	}
	hash, err := s.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.change(ctx, func(ctx context.Context, now time.Time) error {
		row, ok := s.state.accounts[account]
		if !ok {
			return unknownAccount(account)
		}
		row.Password, row.PasswordAt, row.MustChange, row.SessionsFrom = hash, now, mustChange, s.latestSession(account, now)
		if action == audit.PasswordReset {
			if s.keepers(account) == 0 && keeps(row) && giver(by) != "" {
				return problem.New("account_last_keeper", "account", account)
			}
			row.GivenBy = also(row.GivenBy, giver(by))
		}
		live := s.liveTokens(account)
		return s.recorded(ctx, audit.By(by, action, account, "tokens", len(live)), func() error {
			if err := s.endTokens(ctx, live); err != nil {
				return err
			}
			return s.putAccount(ctx, by.Actor(), now, row)
		})
	})
}

// SignOutEverywhere ends all sessions and API tokens of an account: one's own, or for who keeps accounts anybody's. Who
// believes that somebody else got in must not leave them a way.
func (s *Service) SignOutEverywhere(ctx context.Context, by access.Principal, account string) error {
	account = canonical(account)
	if err := own(by, account); err != nil {
		return err
	}
	return s.change(ctx, func(ctx context.Context, now time.Time) error {
		row, ok := s.state.accounts[account]
		if !ok {
			return unknownAccount(account)
		}
		row.SessionsFrom = s.latestSession(account, now)
		live := s.liveTokens(account)
		return s.recorded(ctx, audit.By(by, audit.SignOutEverywhere, account, "tokens", len(live)), func() error {
			if err := s.endTokens(ctx, live); err != nil {
				return err
			}
			return s.putAccount(ctx, by.Actor(), now, row)
		})
	})
}
