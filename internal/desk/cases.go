package desk

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
	"jianfu/internal/fault"
	"jianfu/internal/filter"
	"jianfu/internal/ledger"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// mostAtOnce is how many issues can be opened from cases at once.
const mostAtOnce = 1000

// attempts are how often opening is tried while others open issues about the same unit.
const attempts = 10

// Opened is what became of a case from which an issue was to be opened: the issue, or why there is none.
type Opened struct {
	Unit  string
	Issue ledger.Issue
	Err   error
}

// OpenFromCase registers an issue about a unit's shortfall, with the figures of the published run: of the named reasons or,
// where none is named, of all that raise it. The run is the one that the reader saw; where there is a later one he is told.
// A second open issue about the same unit and reason is refused, with the number of the first.
func (d *Desk) OpenFromCase(ctx context.Context, p access.Principal, run uint32, unit string, reasons ...string) (ledger.Issue, error) {
	opened, err := d.openFromCases(ctx, p, run, []string{unit}, reasons)
	if err != nil {
		return ledger.Issue{}, err
	}
	return opened[0].Issue, opened[0].Err
}

// OpenFromCases does what OpenFromCase does for several units, and says of each what became of it, in the given order. One
// that is refused does not keep the others from being opened.
func (d *Desk) OpenFromCases(ctx context.Context, p access.Principal, run uint32, units []string) ([]Opened, error) {
	if len(units) > mostAtOnce {
		return nil, fault.New("desk_too_many", "units", len(units), "most", mostAtOnce)
	}
	return d.openFromCases(ctx, p, run, units, nil)
}

// found is what a run shows of the units from whose cases issues are opened.
type found struct {
	figures *queries.Figures
	view    queries.View
	places  map[string][]queries.UnitPlace
	lines   map[queries.InCounty][]queries.UnitReason
}

func (d *Desk) openFromCases(ctx context.Context, p access.Principal, run uint32, units, reasons []string) ([]Opened, error) {
	known := slices.DeleteFunc(slices.Clone(units), func(unit string) bool { return !creditcode.Valid(unit) })
	found, err := d.findCases(ctx, p.Scope(access.FiguresUnit), run, known)
	if err != nil {
		return nil, err
	}
	opened := make([]Opened, len(units))
	for i, unit := range units {
		issue, err := d.openCase(ctx, p, found, unit, reasons)
		if err != nil && fault.Code(err) == "" {
			return nil, err
		}
		opened[i] = Opened{Unit: unit, Issue: issue, Err: err}
	}
	return opened, nil
}

func (d *Desk) findCases(ctx context.Context, scope filter.Scope, run uint32, units []string) (found, error) {
	var f found
	var err error
	if f.figures, err = d.q.Figures(ctx); err != nil {
		return f, err
	}
	if f.figures.Run.ID != run {
		return f, fault.New("desk_other_run", "run", run, "current", f.figures.Run.ID)
	}
	if f.view, err = f.figures.Complete(queries.View{}); err != nil {
		return f, err
	}
	if f.places, err = f.figures.UnitPlaces(ctx, scope, units); err != nil {
		return f, err
	}
	f.lines, err = f.figures.UnitReasons(ctx, scope, f.view, units)
	return f, err
}

// openCase opens one: of a unit that has moved, that of the first county in which there is something to open.
func (d *Desk) openCase(ctx context.Context, p access.Principal, f found, unit string, reasons []string) (ledger.Issue, error) {
	first := fault.New("desk_no_case", "unit", unit)
	for i, place := range f.places[unit] {
		issue, err := d.openIn(ctx, p, f, place, reasons)
		if refused, ok := errors.AsType[*fault.Error](err); !ok {
			return issue, err
		} else if i == 0 {
			first = refused
		}
	}
	return ledger.Issue{}, first
}

// openIn opens a case of a county. Its id says which issue of the unit it is, so that of two people who open the same at
// once one registers and the other is told of it.
func (d *Desk) openIn(ctx context.Context, p access.Principal, f found, place queries.UnitPlace, reasons []string) (ledger.Issue, error) {
	if !p.Scope(access.IssuesWrite).Allows(place.RegionCode) {
		return ledger.Issue{}, fault.New("desk_region_hidden", "region", place.RegionCode)
	}
	in := queries.InCounty{Unit: place.UnitID, Region: place.RegionCode}
	for range attempts {
		earlier, err := d.withMoney(ctx, in, f.view.Comparison)
		if err != nil {
			return ledger.Issue{}, err
		}
		draft, err := d.caseDraft(f, place, f.lines[in], earlier, reasons)
		if err != nil {
			return ledger.Issue{}, err
		}
		issue, err := d.open(ctx, actor(p), caseID(in, f.view.Comparison, len(earlier)), draft)
		if fault.Code(err) != "ledger_changed" {
			return issue, err
		}
		if err := d.q.MendIssues(ctx); err != nil { // so that whoever was faster is seen
			return ledger.Issue{}, err
		}
	}
	return ledger.Issue{}, fault.New("ledger_changed", "seq", 1, "last", 1)
}

// caseID is the id of the n-th issue about a unit's shortfall in a county under a comparison.
func caseID(in queries.InCounty, comparison string, n int) string {
	sum := sha256.Sum256([]byte(fmt.Sprintf("case %s %s %s %d", in.Unit, in.Region, comparison, n)))
	return hex.EncodeToString(sum[:16])
}

// withMoney are the issues about a unit's shortfall in a county under a comparison, the oldest first.
func (d *Desk) withMoney(ctx context.Context, in queries.InCounty, comparison string) ([]ledger.Issue, error) {
	all, err := d.q.IssuesOfUnits(ctx, filter.Regions(in.Region), []string{in.Unit})
	issues := slices.DeleteFunc(all, func(i ledger.Issue) bool { return !i.ByData() || i.Region != in.Region || i.Comparison != comparison })
	slices.SortFunc(issues, older)
	return issues, err
}

// older orders issues as they were registered.
func older(a, b ledger.Issue) int {
	return cmp.Or(a.RegisteredAt.Compare(b.RegisteredAt), strings.Compare(a.ID, b.ID))
}

// claimOf is what an issue claims of its unit's shortfall: what raised it when it was found.
func claimOf(i ledger.Issue) (c claim, err error) {
	if c.from, err = period.Parse(i.From); err == nil && i.Exemption != "" {
		c.exempted, err = period.Parse(i.To)
	}
	for _, r := range i.Reasons {
		if r.Amount > 0 {
			c.reasons = append(c.reasons, r.Reason)
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

// caseDraft is an issue about what is left of a unit's shortfall in a county beside the issues that there are.
func (d *Desk) caseDraft(f found, place queries.UnitPlace, lines []queries.UnitReason, earlier []ledger.Issue, reasons []string) (ledger.Data, error) {
	if len(reasons) == 0 {
		reasons = raising(lines)
	}
	for _, i := range earlier {
		for _, r := range i.Reasons {
			if i.State.Open() && r.Amount > 0 && slices.Contains(reasons, r.Reason) {
				return ledger.Data{}, fault.New("desk_case_open", "number", i.Number, "unit", i.Unit, "reason", r.Reason)
			}
		}
	}
	claims, err := claimsOf(earlier)
	if err != nil {
		return ledger.Data{}, err
	}
	shares := allot(append(claims, claim{from: f.view.Window.From, reasons: reasons}), lines)
	s := shares[len(shares)-1]
	if s.outstanding <= 0 {
		return ledger.Data{}, fault.New("desk_no_shortfall", "unit", place.UnitID, "run", f.figures.Run.ID)
	}
	return ledger.Data{
		Source: ledger.FromSystem, Nature: "found", Category: "policy", Severity: ledger.Severity(cmp.Or(place.Level, "normal")),
		Title: cmp.Or(place.Name, place.UnitID), Unit: place.UnitID, Region: place.RegionCode, Industry: place.IndustryCode, Size: place.Size,
		Bureau: place.RegionCode, RaisedOn: workday.DateOf(d.now()).String(), Link: &ledger.Link{To: "case", ID: place.UnitID},
		Run: f.figures.Run.ID, Comparison: f.view.Comparison, From: f.view.Window.From.String(), To: f.view.Window.To.String(),
		Months: s.months, Reasons: s.reasons, Found: s.outstanding,
	}, nil
}

// raising are the reasons that raise a unit's charged burden over the new one, without rounding.
func raising(lines []queries.UnitReason) []string {
	sums := map[string]money.Fen{}
	for _, line := range lines {
		sums[line.Reason] += line.Amount
	}
	var reasons []string
	for reason, amount := range sums {
		if amount > 0 && reason != rounding {
			reasons = append(reasons, reason)
		}
	}
	slices.Sort(reasons)
	return reasons
}
