package handling

import (
	"context"
	"slices"

	"jianfu/internal/filter"
	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// Balance is what all issues about money come to, and which of them do not add up.
type Balance struct {
	Issues int `json:"issues"`
	ledger.Sums
	Wrong []Imbalance `json:"wrong"`
}

// Imbalance is an issue whose money is not accounted for.
type Imbalance struct {
	Number string `json:"number"`
	What   string `json:"what"` // one of Imbalances
}

// Imbalances are the ways in which money can be lost: the parts are not the whole; something is outstanding of an issue that
// has ended; what was merged is in no other issue; the records of the current run show another amount than the issue holds.
var Imbalances = []string{"sums", "ended", "merged", "records"}

// Balance goes through all issues about money: of each, found = corrected + exempted + outstanding + reassessed, and what is
// outstanding or exempted is what the records of the current run show of it. It changes nothing.
func (d *Issues) Balance(ctx context.Context) (Balance, error) {
	b := Balance{Wrong: []Imbalance{}}
	if err := d.balanceMerged(ctx, &b); err != nil {
		return b, err
	}
	comparisons, err := d.q.IssueComparisons(ctx)
	if err != nil {
		return b, err
	}
	figures, err := d.q.Figures(ctx)
	if err != nil && problem.Code(err) != "no_run" {
		return b, err
	}
	for _, c := range comparisons {
		view, known := queries.View{Comparison: c.ID}, false
		if figures != nil {
			if view, known, err = measuredView(figures, c); err != nil {
				return b, err
			}
		}
		for behind := ""; ; {
			issues, err := d.q.IssuesWithMoney(ctx, c.ID, behind, unitsAtOnce)
			if err != nil {
				return b, err
			}
			if len(issues) == 0 {
				break
			}
			behind = issues[len(issues)-1].Unit
			for i := range issues {
				b.add(&issues[i])
			}
			if !known {
				continue
			}
			shares, err := d.shares(ctx, figures, view, issues)
			if err != nil {
				return b, err
			}
			for _, s := range shares {
				if s.known && s.share.is != s.issue.Held() {
					b.wrong(&s.issue, "records")
				}
			}
		}
	}
	return b, nil
}

// add counts an issue and looks at it alone.
func (b *Balance) add(i *ledger.Issue) {
	b.Issues++
	b.Sums = b.Sums.Add(i.Sums)
	switch {
	case !i.Balanced():
		b.wrong(i, "sums")
	case !i.State.Open() && i.Outstanding > 0:
		b.wrong(i, "ended")
	}
}

func (b *Balance) wrong(i *ledger.Issue, what string) {
	b.Wrong = append(b.Wrong, Imbalance{i.Number, what})
}

// balanceMerged looks whether the money of merged issues is in those that they were merged into.
func (d *Issues) balanceMerged(ctx context.Context, b *Balance) error {
	merged, err := d.q.MergedIssues(ctx)
	if err != nil {
		return err
	}
	for i := range merged {
		m := &merged[i]
		if m.Moved == nil {
			continue
		}
		if m.Sums != (ledger.Sums{}) {
			b.wrong(m, "sums")
			continue
		}
		has := false
		for into, hops := m.Into, 0; into != "" && !has && hops < 100; hops++ {
			target, _, err := d.replayed(ctx, filter.Everything(), into)
			if err != nil {
				return err
			}
			has, into = slices.Contains(target.Absorbed, m.ID), target.Into
		}
		if !has {
			b.wrong(m, "merged")
		}
	}
	return nil
}
