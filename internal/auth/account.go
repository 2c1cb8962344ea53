package auth

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/filter"
	"jianfu/internal/problem"
	"jianfu/internal/typed"
	"jianfu/queries"
)

// Account is an account as people see it; its password's hash is not here.
type Account struct {
	Account     string        `json:"account"` // name to sign in with
	Name        string        `json:"name"`    // name to show
	Roles       []access.Role `json:"roles"`
	Regions     []string      `json:"regions"`  // region codes, six digits; "000000" is everywhere
	HasPassword bool          `json:"password"` // can sign in with one
	HasIdentity bool          `json:"identity"` // signs in through the bureau's own sign-on
	MustChange  bool          `json:"must_change"`
	Disabled    bool          `json:"disabled"`
	GivenBy     []string      `json:"given_by"` // who alone gave it its password or rights and cannot confirm it; none once it is confirmed
	CreatedAt   time.Time     `json:"created_at"`
	CreatedBy   string        `json:"created_by"`
	ChangedAt   time.Time     `json:"changed_at"`
	ChangedBy   string        `json:"changed_by"`
}

// Unconfirmed tells whether somebody else has still to confirm that its owner holds the account. Until then it may do
// nothing.
func (a Account) Unconfirmed() bool { return len(a.GivenBy) > 0 }

// Grant is what the account is given.
func (a Account) Grant() access.Grant {
	return access.Grant{Account: a.Account, Name: a.Name, Roles: a.Roles, Regions: a.Regions}
}

func accountOf(row queries.Account) Account {
	return Account{Account: row.Account, Name: row.Name, Roles: rolesOf(row.Roles), Regions: row.Regions,
		HasPassword: row.Password != "", HasIdentity: row.Identity != "", MustChange: row.MustChange, Disabled: row.Disabled, GivenBy: strings.Fields(row.GivenBy),
		CreatedAt: row.CreatedAt, CreatedBy: row.CreatedBy, ChangedAt: row.ChangedAt, ChangedBy: row.ChangedBy}
}

// rolesOf reads stored roles; one that this program does not know gives nothing.
func rolesOf(ids []string) []access.Role {
	roles := []access.Role{}
	for _, id := range ids {
		if role, ok := access.ReadRole(id); ok {
			roles = append(roles, role)
		}
	}
	return roles
}

func wordsOf[T ~string](values []T) []string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = string(v)
	}
	return words
}

// accountName is what an account may be called: a number of service, pinyin, an e-mail address. Colons are left to
// those who act without an account.
var accountName = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{1,63}$`)

// canonical is the one way to write an account's name.
func canonical(account string) string { return strings.ToLower(strings.TrimSpace(account)) }

// longestName is the longest name of a person, in characters.
const longestName = 60

// Empty tells whether the store has no accounts.
func (s *Service) Empty(ctx context.Context) (bool, error) {
	s.state.mutex.Lock()
	defer s.state.mutex.Unlock()
	err := s.fresh(ctx, s.clock())
	return len(s.state.accounts) == 0, err
}

// Accounts lists the accounts that the principal may know of, in order: all of them for who keeps them, for an auditor
// those whose regions lie in its own.
func (s *Service) Accounts(ctx context.Context, by access.Principal) ([]Account, error) {
	if err := by.Require(access.UsersRead); err != nil {
		return nil, err
	}
	s.state.mutex.Lock()
	defer s.state.mutex.Unlock()
	if err := s.fresh(ctx, s.clock()); err != nil {
		return nil, err
	}
	accounts := []Account{}
	for _, name := range slices.Sorted(maps.Keys(s.state.accounts)) {
		if a := accountOf(s.state.accounts[name]); visible(a, by) {
			accounts = append(accounts, a)
		}
	}
	return accounts, nil
}

func visible(a Account, by access.Principal) bool {
	if by.Can(access.UsersWrite) || by.Account() == a.Account {
		return true
	}
	scope := by.Scope(access.UsersRead)
	return scope.Allows("000000") || len(a.Regions) > 0 && inScope(scope, a.Regions)
}

// Account returns one account; the problem account_unknown says that there is none, or none that the principal may know of.
func (s *Service) Account(ctx context.Context, by access.Principal, account string) (Account, error) {
	all, err := s.Accounts(ctx, by)
	if err != nil {
		return Account{}, err
	}
	for _, a := range all {
		if a.Account == canonical(account) {
			return a, nil
		}
	}
	return Account{}, unknownAccount(account)
}

func unknownAccount(account string) error {
	return problem.New("account_unknown", "account", shortened(account, 64))
}

// NewAccount is what an account is made from.
type NewAccount struct {
	Account    string
	Name       string
	Roles      []access.Role
	Regions    []string // region codes, six digits
	Password   string   // "" where the bureau's own sign-on knows the account
	MustChange bool     // the password must be changed at the first sign-in
	identity   string
	givenBy    string
}

// Create makes an account.
func (s *Service) Create(ctx context.Context, by access.Principal, n NewAccount) (Account, error) {
	if err := by.Require(access.UsersWrite); err != nil {
		return Account{}, err
	}
	n.givenBy = giver(by)
	return s.create(ctx, by, audit.AccountCreated, n, false)
}

// create makes an account; first says that the store must have none.
func (s *Service) create(ctx context.Context, by access.Principal, action audit.Action, n NewAccount, first bool) (created Account, err error) {
	n.Account, n.Name, n.Regions = canonical(n.Account), typed.Line(n.Name), access.Regions(n.Regions)
	if n.Name == "" {
		n.Name = n.Account
	}
	if err := n.check(); err != nil {
		return Account{}, err
	}
	hash := ""
	if n.Password != "" {
		if hash, err = s.hash(ctx, n.Password); err != nil {
			return Account{}, err
		}
	}
	err = s.change(ctx, func(ctx context.Context, now time.Time) error {
		if _, taken := s.state.accounts[n.Account]; taken {
			return problem.New("account_taken", "account", n.Account)
		}
		if first && len(s.state.accounts) > 0 {
			return problem.New("setup_closed")
		}
		row := queries.Account{Account: n.Account, CreatedAt: now, CreatedBy: by.Actor(), Name: n.Name, Roles: wordsOf(n.Roles),
			Regions: n.Regions, Identity: n.identity, Password: hash, PasswordAt: now, MustChange: n.MustChange, SessionsFrom: never, GivenBy: n.givenBy}
		entry := audit.By(by, action, n.Account, "name", n.Name, "roles", strings.Join(row.Roles, " "), "regions", strings.Join(row.Regions, " "))
		return s.recorded(ctx, entry, func() error {
			err := s.putAccount(ctx, by.Actor(), now, row)
			created = accountOf(s.state.accounts[n.Account])
			return err
		})
	})
	return created, err
}

func (n NewAccount) check() error {
	switch {
	case !accountName.MatchString(n.Account):
		return problem.New("account_name", "account", shortened(n.Account, 64))
	case len([]rune(n.Name)) > longestName:
		return problem.New("account_long_name", "most", longestName)
	case n.Password == "" && n.identity == "":
		return problem.New("password_short", "least", shortestPassword)
	}
	if n.Password != "" {
		if err := CheckPassword(n.Account, n.Name, n.Password); err != nil {
			return err
		}
	}
	return checkGrant(n.Roles, n.Regions)
}

// alone are the roles that nobody has beside another: who keeps the accounts or reads the log of all acts does not act
// on the data, or watches itself.
var alone = []access.Role{access.SysAdmin, access.Auditor}

// checkGrant tells whether roles and regions go together.
func checkGrant(roles []access.Role, regions []string) error {
	if len(roles) == 0 {
		return problem.New("role_missing")
	}
	for _, role := range roles {
		if _, ok := access.ReadRole(string(role)); !ok {
			return problem.New("role_unknown", "role", role, "known", strings.Join(wordsOf(access.Roles), ", "))
		}
		if len(roles) > 1 && slices.Contains(alone, role) {
			return problem.New("role_alone", "role", role)
		}
		if len(regions) == 0 && role != access.SysAdmin {
			return problem.New("regions_missing", "role", role)
		}
	}
	return nil
}

// Change is what is to be different about an account; nil leaves it as it is.
type Change struct {
	Name     *string
	Roles    []access.Role
	Regions  []string // region codes; an empty list that is not nil takes them all away
	Disabled *bool
}

// Change changes an account. New roles and regions, and being disabled, end its sessions. Nobody changes what they may do
// themselves, and the last account that can keep accounts stays.
func (s *Service) Change(ctx context.Context, by access.Principal, account string, c Change) (changed Account, err error) {
	if err := by.Require(access.UsersWrite); err != nil {
		return Account{}, err
	}
	account = canonical(account)
	err = s.change(ctx, func(ctx context.Context, now time.Time) error {
		row, ok := s.state.accounts[account]
		if !ok {
			return unknownAccount(account)
		}
		was, action := row, audit.AccountChanged
		if c.Name != nil {
			if row.Name = typed.Line(*c.Name); row.Name == "" || len([]rune(row.Name)) > longestName {
				return problem.New("account_long_name", "most", longestName)
			}
		}
		if c.Roles != nil {
			row.Roles = wordsOf(c.Roles)
		}
		if c.Regions != nil {
			row.Regions = access.Regions(c.Regions)
		}
		if c.Disabled != nil && row.Disabled != *c.Disabled {
			row.Disabled, action = *c.Disabled, audit.AccountEnabled
			if row.Disabled {
				action = audit.AccountDisabled
			}
		}
		if err := checkGrant(rolesOf(row.Roles), row.Regions); err != nil {
			return err
		}
		moved := !slices.Equal(was.Roles, row.Roles) || !slices.Equal(was.Regions, row.Regions) || was.Disabled != row.Disabled
		if moved {
			if account == by.Account() {
				return problem.New("account_self")
			}
			if s.keepers(account) == 0 && keeps(was) && !keeps(row) {
				return problem.New("account_last_keeper", "account", account)
			}
			row.SessionsFrom = s.latestSession(account, now)
			if widened(was, row) {
				row.GivenBy = also(row.GivenBy, giver(by))
			}
		}
		if !moved && was.Name == row.Name {
			changed = accountOf(was)
			return nil
		}
		entry := audit.By(by, action, account, "name", row.Name, "name_before", was.Name, "roles", strings.Join(row.Roles, " "),
			"roles_before", strings.Join(was.Roles, " "), "regions", strings.Join(row.Regions, " "), "regions_before", strings.Join(was.Regions, " "))
		return s.recorded(ctx, entry, func() error {
			err := s.putAccount(ctx, by.Actor(), now, row)
			changed = accountOf(s.state.accounts[account])
			return err
		})
	})
	return changed, err
}

// latestSession is the time from which sessions must have begun so that none of the account's is left: now, or later where
// the clock went back since one began. The mutex is held.
func (s *Service) latestSession(account string, now time.Time) time.Time {
	for _, row := range s.state.sessions {
		if row.Account == account && row.CreatedAt.After(now) {
			now = row.CreatedAt
		}
	}
	return now
}

// keeps tells whether the account can keep accounts.
func keeps(a queries.Account) bool {
	return !a.Disabled && a.GivenBy == "" && slices.Contains(a.Roles, string(access.SysAdmin))
}

// keepers counts the accounts besides one that can keep accounts. The mutex is held.
func (s *Service) keepers(besides string) int {
	n := 0
	for name, a := range s.state.accounts {
		if name != besides && keeps(a) {
			n++
		}
	}
	return n
}

// own lets a principal act on its own account, and on another's only who keeps accounts. Whoever looks through
// somebody's eyes does neither, nor does a token.
func own(by access.Principal, account string) error {
	if by.Account() == account && account != "" && !by.ViewingAs() && by.Origin().Token == "" {
		return nil
	}
	return by.Require(access.UsersWrite)
}

// inScope tells whether all of the regions lie in the scope.
func inScope(scope filter.Scope, regions []string) bool {
	return !slices.ContainsFunc(regions, func(code string) bool { return !scope.Allows(code) })
}
