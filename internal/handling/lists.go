package handling

import (
	"context"

	"jianfu/internal/access"
	"jianfu/internal/filter"
	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// IssueFilter says which issues a list or a count is about.
type IssueFilter = queries.IssueFilter

// IssueSort is the order of a list.
type IssueSort = queries.IssueSort

// LatestFirst is the order for which nobody has chosen.
var LatestFirst = IssueSort{By: queries.IssueSorts[0], Descending: true}

// IssueCount is what the issues of a member come to.
type IssueCount = queries.IssueCount

// IssuesFound is what all issues that a filter finds come to.
type IssuesFound = queries.IssuesFound

// Page is a part of a list.
type Page struct{ Skip, Most uint64 } // rows

// Row is an issue of a list with its clock as of now.
type Row struct {
	ledger.Issue
	Clock *ledger.Clock `json:"clock"` // nil where Uncounted says why
	// Uncounted is why the clock cannot be read: a year without a calendar.
	Uncounted error `json:"-"`
}

// row reads an issue's clock.
func (d *Issues) row(issue ledger.Issue) (Row, error) {
	if issue.Concealed { // its limit tells its severity
		return Row{Issue: issue, Uncounted: problem.New("desk_clock_concealed")}, nil
	}
	clock, err := d.limits.Clock(issue, d.calendar, d.now())
	switch {
	case problem.Code(err) == "workday_no_year":
		return Row{Issue: issue, Uncounted: err}, nil
	case err != nil:
		return Row{}, err
	}
	return Row{Issue: issue, Clock: &clock}, nil
}

func (d *Issues) rows(issues []ledger.Issue) ([]Row, error) {
	rows := make([]Row, len(issues))
	for i, issue := range issues {
		var err error
		if rows[i], err = d.row(issue); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// List shows a page of the issues that a filter finds within a scope, and what all of them come to.
func (d *Issues) List(ctx context.Context, scope filter.Scope, f IssueFilter, sort IssueSort, page Page) ([]Row, IssuesFound, error) {
	clock, err := d.clocks(ctx)
	if err != nil {
		return nil, IssuesFound{}, err
	}
	ids, found, err := d.q.Issues(ctx, scope, f, clock, sort, page.Skip, page.Most)
	if err != nil {
		return nil, found, err
	}
	issues, err := d.q.LastIssues(ctx, scope, ids)
	if err != nil {
		return nil, found, err
	}
	rows, err := d.rows(issues)
	return rows, found, err
}

// exportPart is how many issues Each reads at once.
const exportPart = 1000

// Each calls each for all issues that a filter finds within a scope, in order.
func (d *Issues) Each(ctx context.Context, scope filter.Scope, f IssueFilter, sort IssueSort, each func(Row) error) error {
	clock, err := d.clocks(ctx)
	if err != nil {
		return err
	}
	ids, _, err := d.q.Issues(ctx, scope, f, clock, sort, 0, 1<<62)
	if err != nil {
		return err
	}
	for len(ids) > 0 {
		part := ids[:min(exportPart, len(ids))]
		ids = ids[len(part):]
		issues, err := d.q.LastIssues(ctx, scope, part)
		if err != nil {
			return err
		}
		for _, issue := range issues {
			row, err := d.row(issue)
			if err != nil {
				return err
			}
			if err := each(row); err != nil {
				return err
			}
		}
	}
	return nil
}

// Counts counts the issues that a filter finds within a scope by one or two of queries.IssueDimensions, or all of them by none.
func (d *Issues) Counts(ctx context.Context, scope filter.Scope, f IssueFilter, by ...string) ([]IssueCount, error) {
	clock, err := d.clocks(ctx)
	if err != nil {
		return nil, err
	}
	return d.q.CountIssues(ctx, scope, f, clock, by...)
}

// CountsOf counts the issues that a filter finds within a scope by each of several of queries.IssueDimensions, "" for all of
// them together.
func (d *Issues) CountsOf(ctx context.Context, scope filter.Scope, f IssueFilter, dimensions ...string) (map[string][]IssueCount, error) {
	clock, err := d.clocks(ctx)
	if err != nil {
		return nil, err
	}
	return d.q.CountIssuesOf(ctx, scope, f, clock, dimensions...)
}

// Ageing counts what is open by its age and by how it does against its limit.
func (d *Issues) Ageing(ctx context.Context, scope filter.Scope, f IssueFilter) ([]IssueCount, error) {
	f.State = queries.StateOpen
	return d.Counts(ctx, scope, f, "age", "due")
}

// OfUnit shows the issues about units within a scope, the latest registered first.
func (d *Issues) OfUnit(ctx context.Context, scope filter.Scope, units []string) ([]Row, error) {
	issues, err := d.q.IssuesOfUnits(ctx, scope, units)
	if err != nil {
		return nil, err
	}
	return d.rows(issues)
}

// Mine is what waits for somebody.
type Mine struct {
	Open     IssueCount `json:"open"` // that he answers for or handles
	DueToday uint64     `json:"due_today"`
	Overdue  uint64     `json:"overdue"`
	Soon     uint64     `json:"soon"`
	Asked    uint64     `json:"asked"`    // extensions that wait for his approval; 0 where he approves none
	Mentions uint64     `json:"mentions"` // open issues in which somebody mentioned him
}

// Mine counts what waits for a principal; each number is that of the list of the same filter.
func (d *Issues) Mine(ctx context.Context, p access.Principal) (Mine, error) {
	var mine Mine
	own := IssueFilter{Account: p.Account(), State: queries.StateOpen}
	soon, asked, mentions := own, IssueFilter{Asked: true, State: queries.StateOpen}, IssueFilter{Mentioned: p.Account(), State: queries.StateOpen}
	soon.Due = "soon"
	for _, part := range []struct {
		filter IssueFilter
		into   func(IssueCount)
		asked  bool
	}{
		{own, func(c IssueCount) { mine.Open, mine.DueToday, mine.Overdue = c, c.DueToday, c.Overdue }, true},
		{soon, func(c IssueCount) { mine.Soon = c.Issues }, true},
		{asked, func(c IssueCount) { mine.Asked = c.Issues }, p.Can(access.IssuesApprove)},
		{mentions, func(c IssueCount) { mine.Mentions = c.Issues }, true},
	} {
		if !part.asked {
			continue
		}
		counts, err := d.Counts(ctx, p.Scope(access.IssuesRead), part.filter)
		if err != nil {
			return mine, err
		}
		for _, c := range counts { // one, or none where nothing is
			part.into(c)
		}
	}
	return mine, nil
}
