package desk

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"jianfu/internal/access"
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
	places  map[string]queries.UnitPlace
	lines   map[string][]queries.UnitReason
}

func (d *Desk) openFromCases(ctx context.Context, p access.Principal, run uint32, units, reasons []string) ([]Opened, error) {
	found, err := d.findCases(ctx, p.Scope(access.FiguresUnit), run, units)
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
	f := found{places: map[string]queries.UnitPlace{}}
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
	places, err := f.figures.UnitPlaces(ctx, scope, f.view, units)
	if err != nil {
		return f, err
	}
	for _, place := range places {
		f.places[place.UnitID] = place
	}
	f.lines, err = f.figures.UnitReasons(ctx, scope, f.view, units)
	return f, err
}

// openCase opens one. Its id says which issue of the unit it is, so that of two people who open the same at once one
// registers and the other is told of it.
func (d *Desk) openCase(ctx context.Context, p access.Principal, f found, unit string, reasons []string) (ledger.Issue, error) {
	place, there := f.places[unit]
	if !there {
		return ledger.Issue{}, fault.New("desk_no_case", "unit", unit)
	}
	if !p.Scope(access.IssuesWrite).Allows(place.RegionCode) {
		return ledger.Issue{}, fault.New("desk_region_hidden", "region", place.RegionCode)
	}
	for range attempts {
		earlier, err := d.withMoney(ctx, unit, f.view.Comparison)
		if err != nil {
			return ledger.Issue{}, err
		}
		draft, err := d.caseDraft(p, f, place, earlier, reasons)
		if err != nil {
			return ledger.Issue{}, err
		}
		issue, err := d.open(ctx, actor(p), caseID(unit, f.view.Comparison, len(earlier)), draft)
		if fault.Code(err) != "ledger_changed" {
			return issue, err
		}
		if err := d.q.MendIssues(ctx); err != nil { // so that whoever was faster is seen
			return ledger.Issue{}, err
		}
	}
	return ledger.Issue{}, fault.New("ledger_changed", "seq", 1, "last", 1)
}

// caseID is the id of the n-th issue about a unit's shortfall under a comparison.
func caseID(unit, comparison string, n int) string {
	sum := sha256.Sum256([]byte(fmt.Sprintf("case %s %s %d", unit, comparison, n)))
	return hex.EncodeToString(sum[:16])
}

// withMoney are the issues about a unit's shortfall under a comparison, in all regions, the oldest first.
func (d *Desk) withMoney(ctx context.Context, unit, comparison string) ([]ledger.Issue, error) {
	all, err := d.q.IssuesOfUnits(ctx, filter.Everything(), []string{unit})
	issues := slices.DeleteFunc(all, func(i ledger.Issue) bool { return !i.ByData() || i.Comparison != comparison })
	slices.SortFunc(issues, older)
	return issues, err
}

// older orders issues as they were registered.
func older(a, b ledger.Issue) int {
	return cmp.Or(a.RegisteredAt.Compare(b.RegisteredAt), strings.Compare(a.ID, b.ID))
}

// claimOf is what an issue claims of its unit's shortfall: what raised it when it was found.
func claimOf(i ledger.Issue) (claim, error) {
	from, err := period.Parse(i.From)
	c := claim{from: from}
	for _, r := range i.Reasons {
		if r.Amount > 0 {
			c.reasons = append(c.reasons, r.Reason)
		}
	}
	return c, err
}

// claimsOf are the claims of issues, without those that are exempted: they ask for nothing.
func claimsOf(issues []ledger.Issue) ([]ledger.Issue, []claim, error) {
	var claiming []ledger.Issue
	var claims []claim
	for _, i := range issues {
		if i.Exemption != "" {
			continue
		}
		c, err := claimOf(i)
		if err != nil {
			return nil, nil, fmt.Errorf("read what issue %s is about: %w", i.Number, err)
		}
		claiming, claims = append(claiming, i), append(claims, c)
	}
	return claiming, claims, nil
}

// caseDraft is an issue about what is left of a unit's shortfall beside the issues that there are.
func (d *Desk) caseDraft(p access.Principal, f found, place queries.UnitPlace, earlier []ledger.Issue, reasons []string) (ledger.Data, error) {
	if len(reasons) == 0 {
		reasons = raising(f.lines[place.UnitID])
	}
	for _, i := range earlier {
		for _, r := range i.Reasons {
			if i.State.Open() && r.Amount > 0 && slices.Contains(reasons, r.Reason) {
				return ledger.Data{}, alreadyOpen(p, i, r.Reason)
			}
		}
	}
	_, claims, err := claimsOf(earlier)
	if err != nil {
		return ledger.Data{}, err
	}
	shares := allot(append(claims, claim{f.view.Window.From, reasons}), f.lines[place.UnitID])
	s := shares[len(shares)-1]
	if s.outstanding <= 0 {
		return ledger.Data{}, fault.New("desk_no_shortfall", "unit", place.UnitID, "run", f.figures.Run.ID)
	}
	title := place.Name
	if title == "" {
		title = place.UnitID
	}
	return ledger.Data{
		Source: ledger.FromSystem, Nature: "found", Category: "policy", Severity: "normal", Title: title, Unit: place.UnitID,
		Region: place.RegionCode, Industry: place.IndustryCode, Size: place.Size, Bureau: place.RegionCode,
		RaisedOn: workday.DateOf(d.now()).String(), Link: &ledger.Link{To: "case", ID: place.UnitID},
		Run: f.figures.Run.ID, Comparison: f.view.Comparison, From: f.view.Window.From.String(), To: f.view.Window.To.String(),
		Months: s.months, Reasons: s.reasons, Found: s.outstanding,
	}, nil
}

// alreadyOpen tells of the issue that there is; of its number only those who may see it.
func alreadyOpen(p access.Principal, i ledger.Issue, reason string) error {
	if !p.Scope(access.IssuesRead).Allows(i.Region) {
		return fault.New("desk_case_open_elsewhere", "unit", i.Unit, "reason", reason)
	}
	return fault.New("desk_case_open", "number", i.Number, "unit", i.Unit, "reason", reason)
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
