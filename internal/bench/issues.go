package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"text/template"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/engine"
	"jianfu/internal/filter"
	"jianfu/internal/handling"
	"jianfu/internal/ledger"
	"jianfu/internal/store"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// madeUp is how many issues the ledger is measured with.
const madeUp = 200_000

// issuesDay is the day on which they are looked at: one of a year with a calendar.
var issuesDay = time.Date(2019, 11, 26, 4, 0, 0, 0, time.UTC)

// issues measures what pages ask of the issue ledger, in a store of its own.
func (b *bench) issues(ctx context.Context, f *figures) error {
	own := &bench{binary: b.binary, data: b.data + "-issues"}
	traced := own.data + ".trace"
	defer func() { _ = os.RemoveAll(own.data) }()
	if err := own.askTheLedger(ctx, traced); err != nil {
		return err
	}
	var err error
	f.Issues = madeUp
	f.IssueStatements, err = own.statements(ctx, traced)
	return errors.Join(err, engine.Stop(ctx, own.data), os.Remove(traced))
}

// onlyIssues measures the issue ledger and prints what came of it.
func onlyIssues(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "jianfu-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	f := &figures{}
	if err := (&bench{data: filepath.Join(dir, "data")}).issues(ctx, f); err != nil {
		return err
	}
	return issuesPart.Execute(os.Stdout, f)
}

// askTheLedger makes issues up, and asks of them what the pages do; the statements are told to a file.
func (b *bench) askTheLedger(ctx context.Context, traced string) (err error) {
	db, err := b.open(ctx)
	if err != nil {
		return err
	}
	until := uint32(issuesDay.Unix() / (24 * 60 * 60)) //nolint:gosec // a day
	err = queries.NewBench(db).Issues(ctx, madeUp, until)
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	trace, err := os.Create(traced) //nolint:gosec // beside the data
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, trace.Close()) }()
	if db, err = store.Open(ctx, store.Options{Data: b.data, Trace: trace}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	q := queries.New(db)
	d := handling.New(q, workday.Shipped(), ledger.ShippedLimits(), func() time.Time { return issuesDay })
	return errors.Join(askAll(ctx, d), askForReminders(ctx, q))
}

// askForReminders asks what a round of notices asks every minute.
func askForReminders(ctx context.Context, q *queries.Queries) error {
	_, running := q.RunningIssues(ctx)
	_, steps := q.IssueSteps(ctx, issuesDay.AddDate(0, 0, -7), []string{string(ledger.Assign), string(ledger.Escalate), string(ledger.Return)})
	return errors.Join(running, steps)
}

// askAll asks what lists, counts and clocks there are, narrow and wide.
func askAll(ctx context.Context, d *handling.Issues) error {
	everything := filter.Everything()
	list := func(scope filter.Scope, f handling.IssueFilter, sort handling.IssueSort, skip uint64) error {
		_, _, err := d.List(ctx, scope, f, sort, handling.Page{Skip: skip, Most: 50})
		return err
	}
	errs := []error{
		list(everything, handling.IssueFilter{}, handling.IssueSort{Descending: true}, 0),
		list(everything, handling.IssueFilter{}, handling.IssueSort{By: "due"}, madeUp/2),
		list(filter.Regions("320500"), handling.IssueFilter{State: queries.StateOpen}, handling.IssueSort{By: "due"}, 0),
		list(everything, handling.IssueFilter{Due: "overdue", Severity: "urgent"}, handling.IssueSort{By: "outstanding", Descending: true}, 0),
		list(everything, handling.IssueFilter{Text: "公司777", Money: "corrected"}, handling.IssueSort{}, 0),
		list(everything, handling.IssueFilter{Source: "hall", Nature: "complaint", Category: "policy", Size: "micro", Age: "over_60", Reason: "base_over_cap"}, handling.IssueSort{}, 0),
		list(everything, handling.IssueFilter{Mentioned: "u7"}, handling.IssueSort{By: "changed", Descending: true}, 0),
	}
	for _, by := range queries.IssueDimensions {
		_, err := d.Counts(ctx, everything, handling.IssueFilter{}, by)
		errs = append(errs, err)
	}
	_, ageing := d.Ageing(ctx, everything, handling.IssueFilter{})
	_, mine := d.Mine(ctx, access.New(access.Grant{Account: "u7", Roles: []access.Role{access.Inspector}, Regions: []string{"000000"}}))
	_, ofUnit := d.OfUnit(ctx, everything, []string{"913200000000000777"})
	return errors.Join(append(errs, ageing, mine, ofUnit)...)
}

// issuesText is the part of docs/benchmarks.md about the issue ledger.
const issuesText = `
## Issue ledger

Each statement that lists, counts and clocks of the issue ledger ran, over {{.Issues}} made-up issues, alone, in an engine that was just started (target: each ≤ 300 ms):

| statement | with how many parameters | median | slowest |
| --- | --- | --- | --- |
{{range .IssueStatements}}| {{.Name}} | {{.Runs}} | {{ms .Median}} | {{ms .Max}} |
{{end}}`

var issuesPart = template.Must(template.New("issues").Funcs(words).Parse(issuesText))
