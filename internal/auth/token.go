package auth

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/filter"
	"jianfu/internal/problem"
	"jianfu/internal/typed"
	"jianfu/queries"
)

// TokenPrefix begins every API token, so that one that has leaked into a file is found and known for what it is.
const TokenPrefix = "jf_"

// Limits of API tokens.
const (
	mostTokens   = 20 // of an account, at once
	longestDays  = 365
	longestLabel = 60 // characters
)

// tokenRights are what a token may give: to read, to take away, to check declarations, and to register issues, which the hotline's and the halls'
// own systems do. What changes accounts or data wants a person.
var tokenRights = []access.Right{access.FiguresAggregate, access.FiguresUnit, access.FiguresRecord, access.IssuesRead,
	access.IssuesWrite, access.ReportsRead, access.LoadsRead, access.DeclarationCheck, access.PolicyRead, access.Export}

// UnlessNamed are those of the rights of a token that it has although nobody named any: all but the one that changes
// something, which must be asked for.
func UnlessNamed(rights []access.Right) []access.Right {
	return slices.DeleteFunc(slices.Clone(rights), func(right access.Right) bool { return right == access.IssuesWrite })
}

// TokenRights lists what a token of somebody with these roles can give.
func TokenRights(roles ...access.Role) []access.Right {
	return slices.DeleteFunc(access.RightsOf(roles...), func(right access.Right) bool { return !slices.Contains(tokenRights, right) })
}

// Token is an API token as people see it; its text was shown once, when it was made.
type Token struct {
	ID        string         `json:"id"`
	Account   string         `json:"account"`
	Label     string         `json:"label"`
	Rights    []access.Right `json:"rights"`
	Regions   []string       `json:"regions"` // empty: those of the account
	CreatedAt time.Time      `json:"created_at"`
	ExpiresAt time.Time      `json:"expires_at"`
	UsedAt    time.Time      `json:"used_at"` // to the minute; 1970 while it was never used
	Revoked   bool           `json:"revoked"`
}

func tokenOf(row *queries.Token) Token {
	rights := []access.Right{}
	for _, id := range row.Rights {
		if right, ok := access.ReadRight(id); ok {
			rights = append(rights, right)
		}
	}
	return Token{row.Token, row.Account, row.Label, rights, row.Regions, row.CreatedAt, row.ExpiresAt, row.UsedAt, row.Revoked}
}

// NewToken is what an API token is made from.
type NewToken struct {
	Label   string
	Rights  []access.Right // empty: all that the account can give a token, but registering issues
	Regions []string       // region codes; empty: those of the account
	Days    int            // how long it is good for
}

// CreateToken makes an API token for an account: its owner does, or the command line. The text is shown once and kept
// nowhere. A token gives what its owner may do at the time of use, and of that no more than it names.
func (s *Service) CreateToken(ctx context.Context, by access.Principal, account string, n NewToken) (text string, t Token, err error) {
	account = canonical(account)
	if err := by.Require(access.Tokens); err != nil {
		return "", Token{}, err
	}
	if by.Origin().Token != "" || by.Account() != account && !by.CommandLine() {
		return "", Token{}, problem.New("access_denied", "right", access.Tokens)
	}
	n.Label = typed.Line(n.Label)
	switch {
	case n.Label == "" || len([]rune(n.Label)) > longestLabel:
		return "", Token{}, problem.New("token_label", "most", longestLabel)
	case n.Days < 1 || n.Days > longestDays:
		return "", Token{}, problem.New("token_days", "most", longestDays)
	}
	var short [5]byte
	_, _ = rand.Read(short[:]) // never fails: it ends the program instead
	text = TokenPrefix + newSecret()
	row := queries.Token{Token: hex.EncodeToString(short[:]), Hash: digest(text), Account: account, Label: n.Label, CreatedBy: by.Actor(), UsedAt: never}
	err = s.change(ctx, func(ctx context.Context, now time.Time) error {
		owner, ok := s.state.accounts[account]
		if !ok || owner.Disabled {
			return unknownAccount(account)
		}
		if err := s.limitTokens(&row, owner, n); err != nil {
			return err
		}
		row.CreatedAt, row.ExpiresAt = now, now.AddDate(0, 0, n.Days)
		entry := audit.By(by, audit.TokenCreated, row.Token, "account", account, "label", n.Label, "rights", strings.Join(row.Rights, " "),
			"regions", strings.Join(row.Regions, " "), "expires", row.ExpiresAt.Format(time.DateOnly))
		return s.recorded(ctx, entry, func() error { return s.putToken(ctx, row) })
	})
	if err != nil {
		return "", Token{}, err
	}
	return text, tokenOf(&row), nil
}

// limitTokens works out what a new token gives, and refuses what its owner could not give. The mutex is held.
func (s *Service) limitTokens(row *queries.Token, owner queries.Account, n NewToken) error {
	held := 0
	for _, other := range s.state.tokens {
		if other.Account == owner.Account && !other.Revoked && s.clock().Before(other.ExpiresAt) {
			held++
		}
	}
	if held >= mostTokens {
		return problem.New("token_many", "most", mostTokens)
	}
	may := TokenRights(rolesOf(owner.Roles)...)
	rights := n.Rights
	if len(rights) == 0 {
		rights = UnlessNamed(may)
	}
	for _, right := range rights {
		if !slices.Contains(may, right) {
			return problem.New("token_right", "right", right)
		}
	}
	if len(rights) == 0 {
		return problem.New("token_nothing")
	}
	row.Rights, row.Regions = wordsOf(rights), access.Regions(n.Regions)
	if len(row.Regions) != 0 || len(n.Regions) != 0 {
		if len(row.Regions) == 0 || !inScope(filter.Regions(owner.Regions...), row.Regions) {
			return problem.New("token_regions", "regions", strings.Join(n.Regions, ", "))
		}
	}
	return nil
}

// putToken stores the next version of a token. The mutex is held.
func (s *Service) putToken(ctx context.Context, row queries.Token) error {
	row.Version++
	if err := s.q.PutTokens(ctx, []queries.Token{row}); err != nil {
		return err
	}
	s.state.tokens[row.Hash] = &row
	return nil
}

// liveTokens are the API tokens of an account that have not been ended, in order. The mutex is held.
func (s *Service) liveTokens(account string) (live []queries.Token) {
	for _, hash := range slices.Sorted(maps.Keys(s.state.tokens)) {
		if row := s.state.tokens[hash]; row.Account == account && !row.Revoked {
			live = append(live, *row)
		}
	}
	return live
}

// endTokens ends API tokens for good. The mutex is held.
func (s *Service) endTokens(ctx context.Context, tokens []queries.Token) error {
	for _, row := range tokens {
		row.Revoked = true
		if err := s.putToken(ctx, row); err != nil {
			return err
		}
	}
	return nil
}

// Tokens lists the API tokens of an account, newest first, or of all accounts for "": one's own, or anybody's for who may
// read the accounts.
func (s *Service) Tokens(ctx context.Context, by access.Principal, account string) ([]Token, error) {
	account = canonical(account)
	if by.Account() != account || by.ViewingAs() || account == "" {
		if err := by.Require(access.UsersRead); err != nil {
			return nil, err
		}
	}
	s.state.mutex.Lock()
	defer s.state.mutex.Unlock()
	if err := s.fresh(ctx, s.clock()); err != nil {
		return nil, err
	}
	tokens := []Token{}
	for _, row := range s.state.tokens {
		if (account == "" || row.Account == account) && visible(accountOf(s.state.accounts[row.Account]), by) {
			tokens = append(tokens, tokenOf(row))
		}
	}
	slices.SortFunc(tokens, func(a, b Token) int {
		if order := b.CreatedAt.Compare(a.CreatedAt); order != 0 {
			return order
		}
		return strings.Compare(a.ID, b.ID)
	})
	return tokens, nil
}

// RevokeToken ends an API token for good: its owner does, or who keeps accounts.
func (s *Service) RevokeToken(ctx context.Context, by access.Principal, id string) error {
	return s.change(ctx, func(ctx context.Context, _ time.Time) error {
		for _, hash := range slices.Sorted(maps.Keys(s.state.tokens)) {
			row := *s.state.tokens[hash]
			if row.Token != id || own(by, row.Account) != nil || row.Revoked {
				continue
			}
			row.Revoked = true
			return s.recorded(ctx, audit.By(by, audit.TokenRevoked, id, "account", row.Account), func() error { return s.putToken(ctx, row) })
		}
		return problem.New("token_unknown", "token", shortened(id, 20))
	})
}

// Bearer tells who asks, by the API token of "Authorization: Bearer". The problem token_refused does not say what is wrong;
// sign_in_held says that too many wrong ones came from that address.
func (s *Service) Bearer(ctx context.Context, text string, from Client) (Visit, error) {
	s.state.mutex.Lock()
	now := s.clock()
	if err := s.fresh(ctx, now); err != nil {
		s.state.mutex.Unlock()
		return Visit{}, err
	}
	row, cause := s.findToken(text, now)
	if cause != "" {
		entry := audit.Entry{Action: audit.TokenRefused, Address: from.text(), Details: map[string]string{"cause": cause}}
		if row != nil {
			entry.Actor, entry.Object, entry.Scope = row.Account, row.Token, prefixes(s.state.accounts[row.Account].Regions)
		}
		s.state.mutex.Unlock()
		return Visit{}, s.refuseToken(ctx, entry, from, now)
	}
	defer s.state.mutex.Unlock()
	s.used(ctx, row.Hash, &row.UsedAt, now)
	account := accountOf(s.state.accounts[row.Account])
	token := tokenOf(row)
	p := access.New(account.Grant()).From(access.Origin{Token: row.Token, Address: from.text()}).Narrow(token.Rights, token.Regions)
	return Visit{Principal: p, Account: account, Token: row.Token, ExpiresAt: row.ExpiresAt}, nil
}

// findToken finds the token of a text, or why there is none that can be used. The mutex is held.
func (s *Service) findToken(text string, now time.Time) (row *queries.Token, cause string) {
	if !strings.HasPrefix(text, TokenPrefix) {
		return nil, "unknown"
	}
	if row = s.state.tokens[digest(text)]; row == nil {
		return nil, "unknown"
	}
	account := s.state.accounts[row.Account]
	switch {
	case row.Revoked:
		return row, "revoked"
	case !now.Before(row.ExpiresAt):
		return row, "expired"
	case account.Disabled || account.Account == "":
		return row, "disabled"
	case account.MustChange:
		return row, "must_change"
	case account.GivenBy != "":
		return row, "unconfirmed"
	}
	return row, ""
}

// refuseToken records a token that was refused, unless so many come from an address that the log would fill.
func (s *Service) refuseToken(ctx context.Context, entry audit.Entry, from Client, now time.Time) error {
	wait, announce := s.throttle.refuse(addressKey(from.Address), now)
	if wait > 0 {
		seconds := int(math.Ceil(wait.Seconds()))
		if announce {
			entry.Action, entry.Details = audit.SignInHeld, map[string]string{"seconds": itoa(seconds)}
			if err := s.log.Append(ctx, entry); err != nil {
				return err
			}
		}
		return problem.New("sign_in_held", "seconds", seconds)
	}
	if err := s.log.Append(ctx, entry); err != nil {
		return err
	}
	return problem.New("token_refused")
}

func itoa(n int) string { return strconv.Itoa(n) }

// prefixes are regions as the audit log keeps them.
func prefixes(regions []string) []string { return filter.Regions(regions...).Prefixes() }
