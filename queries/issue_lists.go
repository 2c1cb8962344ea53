package queries

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"jianfu/internal/filter"
	"jianfu/internal/ledger"
	"jianfu/internal/money"
	"jianfu/internal/problem"
	"jianfu/internal/store"
	"jianfu/internal/workday"
)

// IssueFilter says which issues a list or a count is about; what is left empty leaves open.
type IssueFilter struct {
	Region, Industry, Size             string // as in Narrow
	Source, Nature, Category, Severity string
	State                              string // one or several, joined by commas, or one of StateOpen and StateDone
	Bureau                             string // region code; those below it too
	OnlyBureau                         string // region code, without those below it
	Owner, Handler                     string
	Account                            string // owner or handler
	Mentioned                          string // account that some event mentions
	Asked                              bool   // an extension waits for approval
	Unit                               string
	Reason                             string       // one of those that the money was found for
	MainReason                         string       // the one that most of it was found for
	Text                               string       // part of number, unit or title
	Due                                string       // one of IssuePaces
	Age                                string       // one of IssueAges
	Money                              string       // one of IssueMoneys
	From, To                           workday.Date // of the registration
}

// NobodyOrNothing stands in a filter's Size, Owner, Handler and MainReason for issues that have none.
const NobodyOrNothing = "-"

// What a filter's State can say besides states.
const (
	StateOpen = "open" // something is still to be done
	StateDone = "done"
)

// IssuePaces are how issues can do against their limits: those of ledger.Pace, what is due within two working days after
// today, and what is not counted because a year has no calendar.
var IssuePaces = []string{string(ledger.OnTime), "soon", string(ledger.DueToday), string(ledger.Overdue), string(ledger.Paused), string(ledger.InTime),
	string(ledger.Late), "uncounted"}

// IssueAges are bands of calendar days from the registration until nothing was left to do, or today.
var IssueAges = []string{"to_7", "to_15", "to_30", "to_60", "over_60"}

// IssueMoneys are what can be said of the money that an issue is about: some was found, some of it has come back, is exempted,
// outstanding or reassessed, or none was found.
var IssueMoneys = []string{"found", "corrected", "exempted", "outstanding", "reassessed", "none"}

// IssueSort is the order of a list: one of IssueSorts, and then by number.
type IssueSort struct {
	By         string
	Descending bool
}

// IssueSorts are what lists of issues can be sorted by; the first is for whatever is none of them.
var IssueSorts = []string{"registered", "changed", "due", "found", "corrected", "outstanding", "severity"}

// IssueClockwork is what statements compare the days with until which issues have time; days are counted since 1970.
type IssueClockwork struct {
	Today              uint32
	KnownFrom, KnownTo uint32 // the days of the years around today that have a calendar, without a gap; 0 where today's has none
	Soon               uint32 // the last day that is soon: the second working day after today
	Basis              uint64 // a hash of the calendar and the limits
}

// IssuesFound is what all issues that a filter finds come to.
type IssuesFound struct {
	Issues      uint64    `json:"issues"`
	Found       money.Fen `json:"found"`
	Corrected   money.Fen `json:"corrected"`
	Exempted    money.Fen `json:"exempted"`
	Outstanding money.Fen `json:"outstanding"`
	Reassessed  money.Fen `json:"reassessed"` // found = corrected + exempted + outstanding + reassessed
}

// issueFields are the fields that a filter compares whole, in the order of the statements.
func (f IssueFilter) fields() []string {
	return []string{f.Source, f.Nature, f.Category, f.Severity, f.Size, f.Owner, f.Handler, f.Unit, f.MainReason, f.OnlyBureau}
}

// states are those that a filter names.
func (f IssueFilter) states() []string {
	states := []string{}
	switch f.State {
	case "":
		return states
	case StateOpen, StateDone:
		for _, s := range ledger.States {
			if s.Open() == (f.State == StateOpen) {
				states = append(states, string(s))
			}
		}
		return states
	}
	return strings.Split(f.State, ",")
}

// DayNumber counts days since 1970.
func DayNumber(d workday.Date) uint32 { return uint32((d.Start().Unix() + 8*60*60) / (24 * 60 * 60)) } //nolint:gosec // days of this age

func (q *Queries) issueParams(scope filter.Scope, f IssueFilter, clock IssueClockwork) store.Params {
	fields, values := []uint8{}, []string{}
	for i, value := range f.fields() {
		if value != "" {
			if value == NobodyOrNothing {
				value = ""
			}
			fields, values = append(fields, uint8(i+1)), append(values, value) //nolint:gosec // few
		}
	}
	from, to := uint32(0), uint32(1<<31)
	if f.From != 0 {
		from = DayNumber(f.From)
	}
	if f.To != 0 {
		to = DayNumber(f.To)
	}
	return store.Params{
		"scope":      scope.Prefixes(),
		"least":      q.leastFor(scope),
		"region":     filter.AreaPrefix(f.Region),
		"bureau":     filter.AreaPrefix(f.Bureau),
		"industry":   f.Industry,
		"fields":     fields,
		"values":     values,
		"states":     f.states(),
		"account":    f.Account,
		"mentioned":  f.Mentioned,
		"asked":      f.Asked,
		"reason":     f.Reason,
		"text":       strings.TrimSpace(f.Text),
		"pace":       f.Due,
		"age":        f.Age,
		"money":      f.Money,
		"from_day":   from,
		"to_day":     to,
		"today":      clock.Today,
		"known_from": clock.KnownFrom,
		"known_to":   clock.KnownTo,
		"soon_day":   clock.Soon,
		"basis":      clock.Basis,
	}
}

//go:embed issue/list.sql
var issueListText string

var issueListSQL = Whole(issueListText)

// Issues finds a page of issues, by their ids in order, and what all that were found come to. Where the page lies behind the
// last there is neither.
func (q *Queries) Issues(ctx context.Context, scope filter.Scope, f IssueFilter, clock IssueClockwork, sort IssueSort, skip, most uint64) ([]string, IssuesFound, error) {
	type row struct {
		Issue       string    `ch:"issue"`
		Issues      uint64    `ch:"all_issues"`
		Found       money.Fen `ch:"all_found"`
		Corrected   money.Fen `ch:"all_corrected"`
		Exempted    money.Fen `ch:"all_exempted"`
		Outstanding money.Fen `ch:"all_outstanding"`
		Reassessed  money.Fen `ch:"all_reassessed"`
	}
	p := q.issueParams(scope, f, clock)
	p["by"], p["descending"], p["skip"], p["most"] = sort.By, sort.Descending, skip, most
	rows, err := store.Select[row](ctx, q.db, issueListSQL, p)
	if err != nil || len(rows) == 0 {
		return nil, IssuesFound{}, err
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.Issue
	}
	return ids, IssuesFound{rows[0].Issues, rows[0].Found, rows[0].Corrected, rows[0].Exempted, rows[0].Outstanding, rows[0].Reassessed}, nil
}

//go:embed issue/last.sql
var issueLastText string

var issueLastSQL = Whole(issueLastText)

// LastIssues are named issues within a scope as their last events left them and its reader may see them, in the order in
// which they are named.
func (q *Queries) LastIssues(ctx context.Context, scope filter.Scope, ids []string) ([]ledger.Issue, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	issues, err := readIssues(ctx, q, issueLastSQL, store.Params{"scope": scope.Prefixes(), "least": q.leastFor(scope), "issues": ids, "units": []string{}})
	places := make(map[string]int, len(ids))
	for i, id := range ids {
		places[id] = i
	}
	slices.SortFunc(issues, func(a, b ledger.Issue) int { return places[a.ID] - places[b.ID] })
	return issues, err
}

// IssuesOfUnits are the issues about units within a scope, the latest registered first.
func (q *Queries) IssuesOfUnits(ctx context.Context, scope filter.Scope, units []string) ([]ledger.Issue, error) {
	if len(units) == 0 {
		return nil, nil
	}
	return readIssues(ctx, q, issueLastSQL, store.Params{"scope": scope.Prefixes(), "least": q.leastFor(scope), "issues": []string{}, "units": units})
}

// readIssues reads issues as a statement gives them.
func readIssues(ctx context.Context, q *Queries, sql string, p store.Params) ([]ledger.Issue, error) {
	type row struct {
		IssueID string `ch:"issue_id"`
		Issue   string `ch:"issue"`

		Concealed bool `ch:"concealed"`
	}
	rows, err := store.Select[row](ctx, q.db, sql, p)
	if err != nil {
		return nil, err
	}
	issues := make([]ledger.Issue, len(rows))
	for i, r := range rows {
		if err := json.Unmarshal([]byte(r.Issue), &issues[i]); err != nil {
			return nil, fmt.Errorf("read issue %s: %w", r.IssueID, err)
		}
		if issues[i].Settle(); r.Concealed {
			issues[i] = issues[i].Conceal()
		}
	}
	return issues, nil
}

//go:embed issue/counts.sql
var issueCountsText string

var issueCountsSQL = Whole(issueCountsText)

// IssueCount is what the issues of a member, or of a pair of members, come to.
type IssueCount struct {
	Key         string    `ch:"key" json:"key"`
	Second      string    `ch:"second" json:"second,omitempty"`
	Issues      uint64    `ch:"issues" json:"issues"`
	Open        uint64    `ch:"open" json:"open"`
	DueToday    uint64    `ch:"due_today" json:"due_today"`
	Overdue     uint64    `ch:"overdue" json:"overdue"`
	InTime      uint64    `ch:"in_time" json:"in_time"` // answered
	Late        uint64    `ch:"late" json:"late"`       // answered
	Uncounted   uint64    `ch:"uncounted" json:"uncounted"`
	Closed      uint64    `ch:"closed" json:"closed"`
	Reopened    uint64    `ch:"reopened" json:"reopened"`
	Escalated   uint64    `ch:"escalated" json:"escalated"`
	TookHalves  int64     `ch:"median_halves" json:"-"` // see Median
	Found       money.Fen `ch:"found" json:"found"`
	Corrected   money.Fen `ch:"corrected" json:"corrected"`
	Exempted    money.Fen `ch:"exempted" json:"exempted"`
	Outstanding money.Fen `ch:"outstanding" json:"outstanding"`
	Reassessed  money.Fen `ch:"reassessed" json:"reassessed"` // found = corrected + exempted + outstanding + reassessed
}

// Median is the median of the working days that answers took, without pauses; nil while there are none.
func (c *IssueCount) Median() *workday.Halves {
	if c.InTime+c.Late == 0 {
		return nil
	}
	took := workday.Halves(max(0, c.TookHalves))
	return &took
}

// IssueDimensions are what issues can be counted by. A region is one level below that of the filter, an industry likewise,
// and a reason the one that most of an issue's money was found for, so that members add up to the whole.
var IssueDimensions = []string{"", "region", "industry", "size", "reason", "source", "nature", "category", "severity", "state", "owner", "handler", "bureau",
	"age", "due"}

// CountIssues counts the issues that a filter finds by one or two dimensions, in the order of their keys; by none it counts
// them all.
func (q *Queries) CountIssues(ctx context.Context, scope filter.Scope, f IssueFilter, clock IssueClockwork, by ...string) ([]IssueCount, error) {
	counts, err := q.countIssues(ctx, scope, f, clock, by)
	return counts[0], err
}

// CountIssuesOf counts the issues that a filter finds by each of several dimensions, in the order of their keys.
func (q *Queries) CountIssuesOf(ctx context.Context, scope filter.Scope, f IssueFilter, clock IssueClockwork, dimensions ...string) (map[string][]IssueCount, error) {
	pairs := make([][]string, len(dimensions))
	for i, dimension := range dimensions {
		pairs[i] = []string{dimension}
	}
	all, err := q.countIssues(ctx, scope, f, clock, pairs...)
	counts := map[string][]IssueCount{}
	for i, dimension := range dimensions {
		counts[dimension] = all[i]
	}
	return counts, err
}

// countIssues counts by several lists of one or two dimensions, and returns what it counted in their order.
func (q *Queries) countIssues(ctx context.Context, scope filter.Scope, f IssueFilter, clock IssueClockwork, by ...[]string) ([][]IssueCount, error) {
	type row struct {
		Pair []uint8 `ch:"pair"`
		IssueCount
	}
	p, counts, pairs := q.issueParams(scope, f, clock), make([][]IssueCount, len(by)), make([][]uint8, len(by))
	narrow := Narrow{Region: f.Region, Industry: f.Industry}
	bindDigits(p, scope, narrow)
	for i, dimensions := range by {
		pairs[i] = []uint8{1, 1}
		for n, name := range dimensions {
			place := slices.Index(IssueDimensions, name)
			if place < 0 {
				return counts, problem.New("desk_no_dimension", "name", name)
			}
			pairs[i][n] = uint8(place + 1) //nolint:gosec // few
		}
	}
	p["pairs"] = pairs
	rows, err := store.Select[row](ctx, q.db, issueCountsSQL, p)
	for _, r := range rows {
		i := slices.IndexFunc(pairs, func(pair []uint8) bool { return slices.Equal(pair, r.Pair) })
		counts[i] = append(counts[i], r.IssueCount)
	}
	return counts, err
}

//go:embed issue/mend.sql
var issueMendSQL string

// MendIssues writes what lists read of events whose writer did not come to it. It changes nothing where all is well.
func (q *Queries) MendIssues(ctx context.Context) error { return q.db.Exec(ctx, issueMendSQL, nil) }

//go:embed issue/version.sql
var issueVersionSQL string

// IssuesVersion is a text that is another one as soon as any issue has changed. Read before what depends on it, it tells
// whether that is still so.
func (q *Queries) IssuesVersion(ctx context.Context) (string, error) {
	type row struct {
		Heads uint64 `ch:"heads"`
		Mark  uint64 `ch:"mark"`
	}
	v, err := store.One[row](ctx, q.db, issueVersionSQL, nil)
	return fmt.Sprintf("%d %x", v.Heads, v.Mark), err
}
