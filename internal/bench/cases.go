package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"text/template"

	"jianfu/internal/engine"
	"jianfu/internal/filter"
	"jianfu/internal/policy"
	"jianfu/internal/store"
	"jianfu/queries"
)

// How many cases and findings the lists are measured with; issues are as many as in the ledger's own measurement.
const (
	madeUpCases    = 1_000_000
	madeUpFindings = 100
)

// cases measures what pages ask of the cases and findings, in a store of its own.
func (b *bench) cases(ctx context.Context, f *figures) error {
	own := &bench{binary: b.binary, data: b.data + "-cases"}
	traced := own.data + ".trace"
	defer func() { _ = os.RemoveAll(own.data) }()
	if err := own.askForCases(ctx, traced); err != nil {
		return err
	}
	var err error
	f.Cases = madeUpCases
	f.CaseStatements, err = own.statements(ctx, traced)
	return errors.Join(err, engine.Stop(ctx, own.data), os.Remove(traced))
}

// onlyCases measures the cases and prints what came of it.
func onlyCases(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "jianfu-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	f := &figures{}
	if err := (&bench{data: filepath.Join(dir, "data")}).cases(ctx, f); err != nil {
		return err
	}
	return casesPart.Execute(os.Stdout, f)
}

// askForCases makes cases and issues up, and asks of them what the pages do; the statements are told to a file.
func (b *bench) askForCases(ctx context.Context, traced string) (err error) {
	db, err := b.open(ctx)
	if err != nil {
		return err
	}
	pack, err := policy.Builtin(policy.DefaultID)
	if err != nil {
		return err
	}
	made := queries.NewBench(db)
	until := uint32(issuesDay.Unix() / (24 * 60 * 60)) //nolint:gosec // a day
	err = errors.Join(made.Cases(ctx, madeUpCases, madeUpFindings, pack), made.Issues(ctx, madeUp, until), db.Close())
	if err != nil {
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
	figures, err := queries.New(db).Figures(ctx)
	if err != nil {
		return err
	}
	return askAllCases(ctx, figures)
}

// askAllCases asks for lists, sums, names and findings, narrow and wide.
func askAllCases(ctx context.Context, f *queries.Figures) error {
	everything, finding := filter.Everything(), "0000000000000007"
	var errs []error
	for _, question := range []struct {
		scope  filter.Scope
		filter queries.CaseFilter
		sort   queries.CaseSort
		skip   uint64
	}{
		{everything, queries.CaseFilter{}, queries.CaseSort{By: "score", Descending: true}, 0},
		{everything, queries.CaseFilter{All: true}, queries.CaseSort{By: "shortfall", Descending: true}, madeUpCases / 2},
		{filter.Regions("320100"), queries.CaseFilter{State: "none", Level: "urgent"}, queries.CaseSort{By: "persons"}, 0},
		{everything, queries.CaseFilter{Reason: "base_over_cap", Cause: "floor_rise", Risk: "refund_pending"}, queries.CaseSort{By: "repeated", Descending: true}, 0},
		{everything, queries.CaseFilter{Finding: finding}, queries.CaseSort{By: "unit_id"}, 0},
		{everything, queries.CaseFilter{Issue: "none", BelowPeers: true}, queries.CaseSort{By: "score", Descending: true}, 0},
		{everything, queries.CaseFilter{Issue: "open", Channel: "bank", Repeated: true}, queries.CaseSort{By: "months", Descending: true}, 0},
		{everything, queries.CaseFilter{Unit: "91320000000000"}, queries.CaseSort{By: "score", Descending: true}, 0},
	} {
		_, err := f.Cases(ctx, question.scope, question.filter, question.sort, queries.CasePage{Skip: question.skip, Most: 50})
		_, totals := f.CaseTotals(ctx, question.scope, question.filter)
		errs = append(errs, err, totals)
	}
	_, places := f.CasesBy(ctx, everything, queries.CaseFilter{}, "city", "section", "size")
	_, _, ids := f.CaseIDs(ctx, everything, queries.CaseFilter{Level: "urgent", State: "increased"}, 10_000)
	_, _, one := f.CaseOf(ctx, everything, "913200000000000777", "")
	_, findings := f.Findings(ctx, everything, queries.Narrow{}, "")
	_, units := f.FindingUnits(ctx, everything, finding, queries.CasePage{Most: 50})
	return errors.Join(append(errs, places, ids, one, findings, units)...)
}

// casesText is the part of docs/benchmarks.md about cases.
const casesText = `
## Cases

Each statement that lists, counts and names cases and findings ran, over {{.Cases}} made-up cases beside the made-up issues, alone, in an engine that was just started (target: each ≤ 300 ms):

| statement | with how many parameters | median | slowest |
| --- | --- | --- | --- |
{{range .CaseStatements}}| {{.Name}} | {{.Runs}} | {{ms .Median}} | {{ms .Max}} |
{{end}}`

var casesPart = template.Must(template.New("cases").Funcs(words).Parse(casesText))
