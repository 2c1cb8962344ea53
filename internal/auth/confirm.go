package auth

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// Nobody alone makes an account that may see taxpayers' data and takes its password. Whoever makes an account, widens what
// one may do or gives it a new password knows how to sign in with it. So the account may do nothing until somebody else has
// confirmed it: its owner signs in, chooses a password that nobody else knows, and is shown a code; a second administrator
// asks the owner for the code, by a telephone number from the directory or face to face, and types it in. Where a bureau has
// one administrator, the second person is who has the command line of the server: `jianfu user confirm`. Accounts that the
// command line makes need no confirming: who has it can read the store's files anyway.

// giver is who must not confirm what the principal gives: the account that acts. The command line, the one-time link of an
// empty store and the bureau's own sign-on are none.
func giver(by access.Principal) string {
	if by.CommandLine() || strings.Contains(by.Actor(), ":") {
		return ""
	}
	return by.Actor()
}

// also adds one to those who gave an account something.
func also(given, by string) string {
	all := strings.Fields(given + " " + by)
	slices.Sort(all)
	return strings.Join(slices.Compact(all), " ")
}

// widened tells whether an account may do more than before, or somewhere else.
func widened(was, is queries.Account) bool {
	before := access.New(accountOf(was).Grant())
	after := access.New(accountOf(is).Grant())
	for _, right := range after.Rights() {
		scope := before.Scope(right)
		if !before.Can(right) || slices.ContainsFunc(after.Regions(), func(code string) bool { return !scope.Allows(code) }) {
			return true
		}
	}
	return false
}

// confirmationCode is what shows that somebody holds an account: six digits that follow from its password's hash, so that
// nobody works them out who has not signed in since the owner chose the password.
func confirmationCode(row queries.Account) string {
	mac := hmac.New(sha256.New, []byte(row.Password))
	fmt.Fprint(mac, "jianfu confirmation ", row.Account, " ", row.Identity, " ", row.GivenBy) // a hash takes everything
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(mac.Sum(nil))%1_000_000)
}

// Confirmation is the code that the owner of an account tells who confirms it, and who cannot; for whoever signed in, while
// the account waits for it.
func (s *Service) Confirmation(ctx context.Context, v Visit) (code string, given []string, err error) {
	s.state.mutex.Lock()
	defer s.state.mutex.Unlock()
	if err := s.fresh(ctx, s.clock()); err != nil {
		return "", nil, err
	}
	row, ok := s.state.accounts[v.Account.Account]
	if !ok || v.Session == "" || row.GivenBy == "" || row.MustChange {
		return "", nil, nil
	}
	return confirmationCode(row), strings.Fields(row.GivenBy), nil
}

// Confirm opens an account whose owner told its code to somebody else than who gave it its password or its rights.
func (s *Service) Confirm(ctx context.Context, by access.Principal, account, code string) error {
	if err := by.Require(access.UsersWrite); err != nil {
		return err
	}
	account = canonical(account)
	try := attempt{account: "confirm:" + account, key: "confirm:" + account, address: "confirm:" + by.Actor()}
	if wait, _ := s.throttle.begin(try, s.clock()); wait > 0 {
		return problem.New("sign_in_held", "seconds", int(math.Ceil(wait.Seconds())))
	}
	return s.change(ctx, func(ctx context.Context, now time.Time) error {
		row, ok := s.state.accounts[account]
		switch {
		case !ok:
			return unknownAccount(account)
		case row.GivenBy == "":
			return problem.New("confirm_none", "account", account)
		case by.Actor() == account || slices.Contains(strings.Fields(row.GivenBy), by.Actor()):
			return problem.New("confirm_another", "account", account)
		case row.MustChange:
			return problem.New("confirm_password_first", "account", account)
		}
		entry := audit.By(by, audit.AccountConfirmed, account, "given_by", row.GivenBy)
		if !sameSecret(confirmationCode(row), strings.TrimSpace(code)) {
			entry.Action, entry.Details = audit.Failed, map[string]string{"action": string(audit.AccountConfirmed)}
			if err := s.log.Append(ctx, entry); err != nil {
				return err
			}
			return problem.New("confirm_code")
		}
		s.throttle.succeed(try, s.clock())
		return s.recorded(ctx, entry, func() error {
			row.GivenBy = ""
			return s.putAccount(ctx, by.Actor(), now, row)
		})
	})
}
