package access

import (
	"slices"
	"strings"

	"jianfu/internal/filter"
	"jianfu/internal/problem"
)

// Grant is what an account is given.
type Grant struct {
	Account string // name to sign in with
	Name    string // name to show
	Roles   []Role
	Regions []string // region codes, six digits; "000000" is everywhere
}

// Origin is where an act comes from, for the audit log.
type Origin struct {
	Session string // public id of the session, never the one in the cookie
	Token   string // id of the API token
	Address string // IP address of the client
}

// Principal is whoever a request or a command acts for: an account with its rights and its regions. The zero Principal
// may nothing and sees nothing. Its fields are closed so that rights come from the table alone and a scope from
// Scope alone.
type Principal struct {
	account, name string
	roles         []Role
	regions       []string
	rights        rightSet
	actor         string // who really acts, where that is another: view as
	origin        Origin
}

// New makes the principal of an account. Regions that are none are left out, so that a slip narrows and never widens.
func New(g Grant) Principal {
	regions := Regions(g.Regions)
	return Principal{account: g.Account, name: g.Name, roles: slices.Clone(g.Roles), regions: regions, rights: rightsOf(g.Roles)}
}

// commandLine prefixes the name of whoever acts on the command line; no account can be called so.
const commandLine = "cli:"

// CommandLine is the principal of a command on the store's own machine: who can run it can read the files anyway.
func CommandLine(user string) Principal {
	all := rightSet{}
	for _, right := range Rights {
		all[right] = true
	}
	return Principal{account: commandLine + user, name: commandLine + user, regions: []string{everywhere}, rights: all}
}

// Can tells whether the principal has the right.
func (p Principal) Can(right Right) bool { return p.rights[right] }

// Require is the problem access_denied unless the principal has the right.
func (p Principal) Require(right Right) error {
	if p.Can(right) {
		return nil
	}
	return problem.New("access_denied", "right", right)
}

// Scope is the regions for which the principal has the right, and the only way from a principal to a scope. Who lacks
// the right gets the scope that sees nothing, so that a page that forgets to ask shows nothing either; who may not see
// records of persons gets one that conceals what is about few of them.
func (p Principal) Scope(right Right) filter.Scope {
	if !p.Can(right) {
		return filter.Scope{}
	}
	scope := filter.Regions(p.regions...)
	if !p.Can(FiguresRecord) {
		return scope.OnlySums()
	}
	return scope
}

// Account is the account whose rights and regions these are.
func (p Principal) Account() string { return p.account }

// Name is the account's name to show.
func (p Principal) Name() string { return p.name }

// Roles are the account's roles.
func (p Principal) Roles() []Role { return slices.Clone(p.roles) }

// Regions are the account's regions, six digits each, without those that lie in another; "000000" is everywhere.
func (p Principal) Regions() []string { return slices.Clone(p.regions) }

// Rights are the principal's rights, in the order of the table.
func (p Principal) Rights() []Right { return p.rights.list() }

// Actor is who really acts: the administrator who views as the account, else the account itself.
func (p Principal) Actor() string {
	if p.actor != "" {
		return p.actor
	}
	return p.account
}

// ViewingAs tells whether somebody else looks through this account's eyes.
func (p Principal) ViewingAs() bool { return p.actor != "" }

// Origin is where the principal acts from.
func (p Principal) Origin() Origin { return p.origin }

// From returns the principal with its origin.
func (p Principal) From(o Origin) Principal {
	p.origin = o
	return p
}

// ViewAs is the sight of another account, for an administrator: its regions, and of its rights those that read. Nothing
// can be written or taken away, and no third account looked through. The origin stays the administrator's.
func (p Principal) ViewAs(other Grant) (Principal, error) {
	if err := p.Require(ViewAs); err != nil {
		return Principal{}, err
	}
	if other.Account == p.account {
		return Principal{}, problem.New("view_as_self")
	}
	seen := New(other)
	seen.actor, seen.origin = p.account, p.origin
	for right := range seen.rights {
		if kind[right] != "read" {
			delete(seen.rights, right)
		}
	}
	return seen, nil
}

// Narrow is the principal with at most the named rights, and, where regions are named, with those of them that lie in
// its own: what an API token gives.
func (p Principal) Narrow(rights []Right, regions []string) Principal {
	kept := rightSet{}
	for _, right := range rights {
		if p.rights[right] {
			kept[right] = true
		}
	}
	p.rights = kept
	if len(regions) > 0 {
		own := filter.Regions(p.regions...)
		regions = Regions(regions)
		p.regions = slices.DeleteFunc(regions, func(code string) bool { return !own.Allows(code) })
	}
	return p
}

// WithoutRights is the principal while it may do nothing at all: before the first password has been changed.
func (p Principal) WithoutRights() Principal {
	p.rights = nil
	return p
}

// everywhere is the region code that covers all.
const everywhere = "000000"

// ReadRegions reads region codes as people write them: two, four or six digits, "all" for everywhere; separated by
// commas, spaces or 、. It returns them with six digits, without those that lie in another.
func ReadRegions(text string) ([]string, error) {
	var codes []string
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",，、;； \t\n", r) }) {
		code := word
		if strings.EqualFold(word, "all") || word == "全部" {
			code = everywhere
		}
		if len(code) == 2 || len(code) == 4 {
			code += everywhere[len(code):]
		}
		if !regionCode(code) {
			return nil, problem.New("region_code", "value", word)
		}
		codes = append(codes, code)
	}
	return Regions(codes), nil
}

// Regions sorts region codes and leaves out those that are none, that come twice or that lie in another, so that equal
// scopes look equal.
func Regions(codes []string) []string {
	var valid []string
	for _, code := range codes {
		if regionCode(code) {
			valid = append(valid, code)
		}
	}
	slices.Sort(valid)
	kept := []string{}
	for _, code := range slices.Compact(valid) {
		if !filter.Regions(kept...).Allows(code) { // a wider region sorts before what lies in it
			kept = append(kept, code)
		}
	}
	return kept
}

// regionCode tells whether the text has the form of a region code. That the region exists is not asked: codes come and
// go, and units keep old ones.
func regionCode(code string) bool {
	return len(code) == 6 && strings.Trim(code, "0123456789") == ""
}

// CommandLine tells whether the principal is a command on the store's own machine.
func (p Principal) CommandLine() bool { return strings.HasPrefix(p.account, commandLine) }
