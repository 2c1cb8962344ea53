package alert

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/filter"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// Watch checks alerts against the current run.
type Watch struct {
	q   *queries.Queries
	now func() time.Time
}

// New gives the watch of a store.
func New(q *queries.Queries, now func() time.Time) *Watch { return &Watch{q: q, now: now} }

// Crossing is what somebody is to be told: an alert of theirs and what is beyond its threshold that was not when it was checked before.
type Crossing struct {
	Principal access.Principal
	Alert     string
	Told      Told
	Rights    []string  // with which it was seen
	Before    time.Time // when it was checked before
}

// Check looks at the alerts of people that were not checked against the current run yet. What it found is to be told, also beside
// an error, which is of alerts that could not be looked at and will be again; then settle writes down that it was looked at, so that
// what was not told because a server died is found again.
func (w *Watch) Check(ctx context.Context, people []access.Principal) (found []Crossing, settle func(context.Context) error, err error) {
	settle = func(context.Context) error { return nil }
	alerts, err := w.q.Alerts(ctx, "")
	if err != nil || len(alerts) == 0 {
		return nil, settle, err
	}
	run, err := w.q.CurrentNumber(ctx)
	if problem.Code(err) == "no_run" {
		return nil, settle, nil
	}
	alerts = slices.DeleteFunc(alerts, func(a queries.KeptAlert) bool { return a.State != Active || a.Run == run })
	if err != nil || len(alerts) == 0 {
		return nil, settle, err
	}
	figures, err := w.q.Figures(ctx)
	if err != nil {
		return nil, settle, err
	}
	c := check{Watch: w, figures: figures, rows: map[string][]queries.MemberRow{}, decisions: map[string]*dashboards.Decisions{}}
	if c.stamp, err = figures.Stamp(ctx, filter.Everything()); err != nil {
		return nil, settle, err
	}
	var checks []queries.AlertCheck
	var failed error
	for _, a := range alerts {
		i := slices.IndexFunc(people, func(p access.Principal) bool { return p.Account() == a.Account && p.Can(needed) })
		if i < 0 {
			continue
		}
		told, crossed, err := c.of(ctx, people[i], a)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("check alert %s of %s: %w", a.Alert.Alert, a.Account, err))
			continue
		}
		checks = append(checks, queries.AlertCheck{Alert: a.Alert.Alert, At: w.now().UTC().Truncate(time.Millisecond), Run: figures.Run.ID, Crossed: crossed,
			Rights: SeenWith(people[i]), Regions: people[i].Regions()})
		if len(told.Members) > 0 {
			found = append(found, Crossing{people[i], a.Alert.Alert, told, SeenWith(people[i]), a.CheckedAt})
		}
	}
	return found, func(ctx context.Context) error { return w.q.PutAlertChecks(ctx, checks) }, failed
}

// SeenWith are the rights that decide what an account sees of figures: who loses one of them later is not shown what was seen with it.
func SeenWith(p access.Principal) []string {
	rights := []string{string(needed)}
	if p.Can(access.FiguresRecord) {
		rights = append(rights, string(access.FiguresRecord))
	}
	return rights
}

// check is one look at alerts. Rows and decisions are asked for once, however many alerts need them.
type check struct {
	*Watch
	figures   *queries.Figures
	stamp     queries.Stamp
	rows      map[string][]queries.MemberRow
	decisions map[string]*dashboards.Decisions
}

// of finds what of an alert is beyond its threshold, and of that what was not before. What cannot be said of this run, because a month
// has no figures or a share is of nothing, stays as it was.
func (c *check) of(ctx context.Context, p access.Principal, a queries.KeptAlert) (told Told, crossed []string, err error) {
	scope := p.Scope(needed)
	figure, known := FigureOf(a.Figure)
	narrow := queries.Narrow{Region: a.Region, Industry: a.Industry, Size: a.Size}
	if !known || a.Region != "" && !scope.Allows(a.Region) {
		return told, nil, nil
	}
	view, err := c.figures.Complete(queries.View{Narrow: narrow, Payers: payers(a.Payer)})
	if err != nil {
		return told, nil, err
	}
	if a.Months == Latest {
		view.Window = period.Range{From: c.stamp.DataTo, To: c.stamp.DataTo}
	}
	findings, err := c.findings(ctx, scope, view, a.Alert, figure)
	if err != nil {
		return told, nil, err
	}
	hidden, err := c.hiddenFrom(ctx, p, scope, narrow)
	if err != nil {
		return told, nil, err
	}
	seen := func(key string) bool {
		if a.Level == "total" {
			return !hidden.All()
		}
		return !hidden.All() && !hidden.Closed(a.Level) && !hidden.Of(a.Level, key)
	}
	told = Told{Alert: a.Alert, Run: c.figures.Run.ID, From: view.Window.From, To: view.Window.To}
	var fresh []Member
	for key, f := range findings {
		if !seen(key) || !f.crosses(a.Alert) {
			continue
		}
		crossed = append(crossed, key)
		if !slices.Contains(a.Crossed, key) {
			fresh = append(fresh, Member{Key: key, Value: f.text(), rat: f.value})
		}
	}
	for _, key := range a.Crossed {
		if _, said := findings[key]; !said && seen(key) {
			crossed = append(crossed, key)
		}
	}
	slices.Sort(crossed)
	told.name(fresh)
	return told, crossed, nil
}

// findings are the values of a figure by member, of those of which there is one.
func (c *check) findings(ctx context.Context, scope filter.Scope, v queries.View, a queries.Alert, f Figure) (map[string]finding, error) {
	changes := a.Compare == Falls || a.Compare == Rises
	if a.Months == Latest && slices.Contains(c.stamp.Gaps, v.Window.From) || changes && slices.Contains(c.stamp.Gaps, v.Window.From.Add(-1)) {
		return nil, nil
	}
	now, err := c.values(ctx, scope, v, a.Level, f)
	if err != nil || !changes {
		return now, err
	}
	v.Window = period.Range{From: v.Window.From.Add(-1), To: v.Window.From.Add(-1)}
	if v.Window.From < c.stamp.DataFrom {
		return nil, nil
	}
	before, err := c.values(ctx, scope, v, a.Level, f)
	if err != nil {
		return nil, err
	}
	for key, f2 := range now {
		if of, ok := before[key]; ok {
			now[key] = moved(f, of.value, f2.value)
		} else {
			delete(now, key)
		}
	}
	return now, nil
}

func (c *check) values(ctx context.Context, scope filter.Scope, v queries.View, level string, f Figure) (map[string]finding, error) {
	key := fmt.Sprint(scope.Prefixes(), v, level)
	rows, ok := c.rows[key]
	if !ok {
		var err error
		if rows, err = c.figures.Members(ctx, scope, v, level); err != nil {
			return nil, err
		}
		c.rows[key] = rows
	}
	values := map[string]finding{}
	for _, row := range rows {
		if value := f.of(row); value != nil {
			values[row.Key] = finding{value}
		}
	}
	return values, nil
}

// hiddenFrom is what the account must not see of a view: nothing, where it may see records.
func (c *check) hiddenFrom(ctx context.Context, p access.Principal, scope filter.Scope, narrow queries.Narrow) (dashboards.Hidden, error) {
	if p.Can(access.FiguresRecord) {
		return dashboards.Hidden{}, nil
	}
	key := strings.Join(scope.Prefixes(), " ")
	decisions := c.decisions[key]
	if decisions == nil {
		behind, err := c.figures.PersonsBehind(ctx, scope)
		if err != nil {
			return dashboards.Hidden{}, err
		}
		decisions = dashboards.NewRunDecisions(c.q.LeastPersons(), behind)
		c.decisions[key] = decisions
	}
	return dashboards.NewHidden(decisions, scope, narrow, true), nil
}

// mostNamed is how many members a notice names.
const mostNamed = 5

// name puts members into what is told, those farthest beyond the threshold first.
func (t *Told) name(members []Member) {
	sign := 1
	if t.Alert.Compare == Below || t.Alert.Compare == Falls {
		sign = -1
	}
	slices.SortFunc(members, func(x, y Member) int {
		switch {
		case x.rat == nil || y.rat == nil:
			return cmp.Or(cmp.Compare(len(x.Value), len(y.Value)), strings.Compare(x.Key, y.Key))
		default:
			return cmp.Or(sign*y.rat.Cmp(x.rat), strings.Compare(x.Key, y.Key))
		}
	})
	if len(members) > mostNamed {
		t.More, members = len(members)-mostNamed, members[:mostNamed]
	}
	t.Members = members
}
