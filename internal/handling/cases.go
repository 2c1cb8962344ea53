package handling

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"jianfu/internal/access"
	"jianfu/internal/creditcode"
	"jianfu/internal/filter"
	"jianfu/internal/ledger"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// mostAtOnce is how many issues can be drafted from cases at once.
const mostAtOnce = 1000

// attempts are how often opening is tried while others open issues about the same unit.
const attempts = 10

// OpenFromCase registers an issue about a unit's shortfall in a county, with the figures of the published run: of the named
// reasons or, where none is named, of all that raise it. Without a county it is that of the first in which there is something
// to open. The run is the one that the reader saw; where there is a later one he is told. A second open issue about the same
// unit and reason is refused, with the number of the first.
func (d *Issues) OpenFromCase(ctx context.Context, p access.Principal, run uint32, in queries.InCounty, reasons ...string) (ledger.Issue, error) {
	found, err := d.findCases(ctx, p.Scope(access.FiguresUnit), run, validUnits([]queries.InCounty{in}))
	if err != nil {
		return ledger.Issue{}, err
	}
	return firstPlace(found, in, func(place queries.UnitPlace) (ledger.Issue, error) { return d.openIn(ctx, p, found, place, reasons) })
}

// found is what a run shows of the units from whose cases issues are opened.
type found struct {
	figures *queries.Figures
	view    queries.View
	places  map[string][]queries.UnitPlace
	charges map[queries.InCounty][]queries.Charge
}

func (d *Issues) findCases(ctx context.Context, scope filter.Scope, run uint32, units []string) (found, error) {
	var f found
	var err error
	if f.figures, err = d.q.Figures(ctx); err != nil {
		return f, err
	}
	if f.figures.Run.ID != run {
		return f, problem.New("desk_other_run", "run", run, "current", f.figures.Run.ID)
	}
	if f.view, err = f.figures.Complete(queries.View{}); err != nil {
		return f, err
	}
	if f.places, err = f.figures.UnitPlaces(ctx, scope, units); err != nil {
		return f, err
	}
	f.charges, err = f.figures.Charges(ctx, scope, f.view, run, units)
	return f, err
}

// firstPlace is what the first county of a unit gives that refuses nothing, or the one that is named; where all refuse, why the
// first did.
func firstPlace[T any](f found, in queries.InCounty, of func(queries.UnitPlace) (T, error)) (T, error) {
	var none T
	first := problem.New("desk_no_case", "unit", in.Unit)
	places := slices.DeleteFunc(slices.Clone(f.places[in.Unit]), func(place queries.UnitPlace) bool {
		return in.Region != "" && place.RegionCode != in.Region
	})
	for i, place := range places {
		one, err := of(place)
		if refused, ok := errors.AsType[*problem.Error](err); !ok {
			return one, err
		} else if i == 0 {
			first = refused
		}
	}
	return none, first
}

// Drafted is the issue that would be opened from a unit's case, or why there would be none.
type Drafted struct {
	In   queries.InCounty // without a county it is that of the first in which there is something to open
	Data ledger.Data
	Err  error
}

// DraftFromCases says of several cases what OpenFromCase would register, and registers nothing.
func (d *Issues) DraftFromCases(ctx context.Context, p access.Principal, run uint32, cases []queries.InCounty) ([]Drafted, error) {
	if len(cases) > mostAtOnce {
		return nil, problem.New("desk_too_many", "units", len(cases), "most", mostAtOnce)
	}
	found, err := d.findCases(ctx, p.Scope(access.FiguresUnit), run, validUnits(cases))
	if err != nil {
		return nil, err
	}
	drafts := make([]Drafted, len(cases))
	for i, in := range cases {
		data, err := firstPlace(found, in, func(place queries.UnitPlace) (ledger.Data, error) {
			_, data, err := d.draftIn(ctx, p, found, place, nil)
			return data, err
		})
		if err != nil && problem.Code(err) == "" {
			return nil, err
		}
		drafts[i] = Drafted{in, data, err}
	}
	return drafts, nil
}

// validUnits are the units of cases, without what is no unit's code.
func validUnits(cases []queries.InCounty) []string {
	var units []string
	for _, in := range cases {
		if creditcode.Valid(in.Unit) {
			units = append(units, in.Unit)
		}
	}
	return units
}

// openIn opens a case of a county. Its id says which issue of the unit it is, so that of two people who open the same at
// once one registers and the other is told of it.
func (d *Issues) openIn(ctx context.Context, p access.Principal, f found, place queries.UnitPlace, reasons []string) (ledger.Issue, error) {
	for range attempts {
		all, draft, err := d.draftIn(ctx, p, f, place, reasons)
		if err != nil {
			return ledger.Issue{}, err
		}
		in := queries.InCounty{Unit: place.UnitID, Region: place.RegionCode}
		issue, err := d.open(ctx, p, caseID(in, f.view.Comparison, all), draft)
		if problem.Code(err) != "ledger_changed" {
			return issue, err
		}
		if err := d.q.MendIssues(ctx); err != nil { // so that whoever was faster is seen
			return ledger.Issue{}, err
		}
	}
	return ledger.Issue{}, problem.New("ledger_changed", "seq", 1, "last", 1)
}

// draftIn is what would be opened in a county, and how many issues of the unit there were before.
func (d *Issues) draftIn(ctx context.Context, p access.Principal, f found, place queries.UnitPlace, reasons []string) (int, ledger.Data, error) {
	if !p.Scope(access.IssuesWrite).Allows(place.RegionCode) {
		return 0, ledger.Data{}, problem.New("desk_region_hidden", "region", place.RegionCode)
	}
	in := queries.InCounty{Unit: place.UnitID, Region: place.RegionCode}
	all, earlier, err := d.earlier(ctx, in, f.view.Comparison)
	if err != nil {
		return 0, ledger.Data{}, err
	}
	draft, err := d.caseDraft(f, place, f.charges[in], earlier, reasons)
	return all, draft, err
}

// caseID is the id of the n-th issue about a unit's shortfall in a county under a comparison.
func caseID(in queries.InCounty, comparison string, n int) string {
	sum := sha256.Sum256([]byte(fmt.Sprintf("case %s %s %s %d", in.Unit, in.Region, comparison, n)))
	return hex.EncodeToString(sum[:16])
}

// withMoney are the issues about what units were charged too much under a comparison, in all regions, by unit and county, and
// then as they were registered.
func (d *Issues) withMoney(ctx context.Context, units []string, comparison string) ([]ledger.Issue, error) {
	all, err := d.q.IssuesOfUnits(ctx, filter.Everything(), units)
	issues := slices.DeleteFunc(all, func(i ledger.Issue) bool { return !i.ByData() || i.Comparison != comparison })
	slices.SortFunc(issues, func(a, b ledger.Issue) int {
		return cmp.Or(strings.Compare(a.Unit, b.Unit), strings.Compare(a.Region, b.Region), older(a, b))
	})
	return issues, err
}

// earlier are the issues about what a unit was charged too much in a county under a comparison, the oldest first, and how
// many there ever were with those that were merged.
func (d *Issues) earlier(ctx context.Context, in queries.InCounty, comparison string) (all int, issues []ledger.Issue, err error) {
	issues, err = d.q.IssuesOfUnits(ctx, filter.Regions(in.Region), []string{in.Unit})
	issues = slices.DeleteFunc(issues, func(i ledger.Issue) bool {
		return !i.ByData() && i.Moved == nil || i.Region != in.Region || i.Comparison != comparison
	})
	all = len(issues)
	issues = slices.DeleteFunc(issues, func(i ledger.Issue) bool { return !i.ByData() })
	slices.SortFunc(issues, older)
	return all, issues, err
}

// older orders issues as they were registered.
func older(a, b ledger.Issue) int {
	return cmp.Or(a.RegisteredAt.Compare(b.RegisteredAt), strings.Compare(a.ID, b.ID))
}

// claimOf is what an issue claims of what its unit was charged too much: what it was found for.
func claimOf(i ledger.Issue) (c claim, err error) {
	from, err := period.Parse(i.From)
	if err == nil && i.Exemption != "" {
		c.exempted, err = period.Parse(i.To)
	}
	for _, r := range i.Reasons {
		one := claimed{r.Reason, from}
		if err == nil && r.From != "" {
			one.from, err = period.Parse(r.From)
		}
		if r.Amount > 0 {
			c.reasons = append(c.reasons, one)
		}
	}
	if err != nil {
		return c, fmt.Errorf("read what issue %s is about: %w", i.Number, err)
	}
	return c, nil
}

func claimsOf(issues []ledger.Issue) ([]claim, error) {
	claims := make([]claim, len(issues))
	for i, issue := range issues {
		var err error
		if claims[i], err = claimOf(issue); err != nil {
			return nil, err
		}
	}
	return claims, nil
}

// caseDraft is an issue about what a unit was charged too much in a county beside what the issues that there are claim of it.
func (d *Issues) caseDraft(f found, place queries.UnitPlace, charges []queries.Charge, earlier []ledger.Issue, reasons []string) (ledger.Data, error) {
	asked, named := reasons, len(reasons) > 0
	if !named {
		asked = raising(charges)
	}
	var taken error
	reasons = slices.DeleteFunc(slices.Clone(asked), func(reason string) bool {
		for _, i := range earlier {
			if i.State.Open() && slices.ContainsFunc(i.Reasons, func(r ledger.Reason) bool { return r.Amount > 0 && r.Reason == reason }) {
				taken = problem.New("desk_case_open", "number", i.Number, "unit", i.Unit, "reason", reason)
				return true
			}
		}
		return false
	})
	if taken != nil && (named || len(reasons) == 0) {
		return ledger.Data{}, taken
	}
	claims, err := claimsOf(earlier)
	if err != nil {
		return ledger.Data{}, err
	}
	var own claim
	for _, reason := range reasons {
		own.reasons = append(own.reasons, claimed{reason, f.view.Window.From})
	}
	shares := allot(append(claims, own), charges)
	s := shares[len(shares)-1]
	switch {
	case s.is <= 0 && taken != nil:
		return ledger.Data{}, taken
	case s.is <= 0:
		return ledger.Data{}, problem.New("desk_no_shortfall", "unit", place.UnitID, "run", f.figures.Run.ID)
	}
	return ledger.Data{
		Source: ledger.FromSystem, Nature: "found", Category: "policy", Severity: ledger.Severity(cmp.Or(place.Level, "normal")),
		Title: cmp.Or(place.Name, place.UnitID), Unit: place.UnitID, Region: place.RegionCode, Industry: place.IndustryCode, Size: place.Size,
		Bureau: place.RegionCode, RaisedOn: workday.DateOf(d.now()).String(), Link: &ledger.Link{To: "case", ID: place.UnitID},
		Run: f.figures.Run.ID, Comparison: f.view.Comparison, From: f.view.Window.From.String(), To: f.view.Window.To.String(),
		Months: s.months, Reasons: s.reasons, Found: s.is,
	}, nil
}

// raising are the reasons by which a unit was charged too much, whatever others were charged too little.
func raising(charges []queries.Charge) []string {
	var reasons []string
	for _, c := range charges {
		for n, reason := range c.Reasons {
			if c.NowFen[n] > 0 {
				reasons = append(reasons, reason)
			}
		}
	}
	slices.Sort(reasons)
	return slices.Compact(reasons)
}
