package queries

import (
	"context"
	_ "embed"

	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/store"
)

// Finding is a systemic finding: one reason or risk at many units of one place and insurance. Its id is the same in every
// run that finds the same thing.
type Finding struct {
	ID         string        `json:"id"`
	Rule       string        `json:"rule"`   // county, channel, province
	Reason     string        `json:"reason"` // id of a reason or risk
	RegionCode string        `json:"region_code"`
	Insurance  string        `json:"insurance"` // "" where it is in all of them at once
	Channel    string        `json:"channel"`   // of the rule channel, else ""
	From       period.Period `json:"from"`      // first month with it
	To         period.Period `json:"to"`        // last month with it
	Units      uint32        `json:"units"`
	Of         uint32        `json:"of"` // units of the place that could have it
	Amount     money.Fen     `json:"amount"`
	Handled    uint64        `json:"handled"` // of its units, those about which there is an open issue
}

// FindingUnit is a unit under a finding, with its part of it.
type FindingUnit struct {
	UnitID     string        `json:"unit_id"`
	Name       string        `json:"name"`
	RegionCode string        `json:"region_code"`
	State      string        `json:"state"`
	Level      string        `json:"level"`
	From       period.Period `json:"from"`
	To         period.Period `json:"to"`
	Records    uint64        `json:"records"`
	Amount     money.Fen     `json:"amount"`
	Issues     []CaseIssue   `json:"issues"`
}

//go:embed systemic/list.sql
var findingsSQL string

// Findings lists the findings of a run that lie wholly in the scope, the one with the most units first. Of the narrowing
// region and insurance count.
func (f *Figures) Findings(ctx context.Context, scope filter.Scope, narrow Narrow, reason string) ([]Finding, error) {
	return f.findings(ctx, store.Params{
		"run": f.Run.ID, "scope": scope.Prefixes(), "region": filter.AreaPrefix(narrow.Region), "insurance": narrow.Insurance,
		"reason": reason, "finding": "",
	})
}

// FindingOf is one finding; not found where it does not lie wholly in the scope, whether there is one or not.
func (f *Figures) FindingOf(ctx context.Context, scope filter.Scope, id string) (finding Finding, found bool, err error) {
	if id == "" {
		return Finding{}, false, nil
	}
	list, err := f.findings(ctx, store.Params{"run": f.Run.ID, "scope": scope.Prefixes(), "region": "", "insurance": "", "reason": "", "finding": id})
	if err != nil || len(list) == 0 {
		return Finding{}, false, err
	}
	return list[0], true, nil
}

func (f *Figures) findings(ctx context.Context, p store.Params) ([]Finding, error) {
	type row struct {
		ID        string    `ch:"id"`
		Rule      string    `ch:"rule_of"`
		Reason    string    `ch:"reason_of"`
		Place     string    `ch:"place"`
		Insurance string    `ch:"insurance_of"`
		Channel   string    `ch:"channel_of"`
		First     uint32    `ch:"first"`
		Last      uint32    `ch:"last"`
		Units     uint32    `ch:"units_of"`
		Concerned uint32    `ch:"concerned"`
		Amount    money.Fen `ch:"amount_of"`
		Handled   uint64    `ch:"handled_units"`
	}
	var list []Finding
	for r, err := range store.Each[row](ctx, f.q.db, findingsSQL, p) {
		if err != nil {
			return nil, err
		}
		list = append(list, Finding{
			r.ID, r.Rule, r.Reason, r.Place, r.Insurance, r.Channel, period.Period(r.First), period.Period(r.Last),
			r.Units, r.Concerned, r.Amount, r.Handled,
		})
	}
	return list, nil
}

//go:embed systemic/units.sql
var findingUnitsSQL string

// FindingUnits lists a page of the units under a finding, with the issues about them. The finding must lie in the scope;
// see FindingOf.
func (f *Figures) FindingUnits(ctx context.Context, scope filter.Scope, id string, page CasePage) ([]FindingUnit, error) {
	type row struct {
		Unit    string    `ch:"unit"`
		Name    string    `ch:"name_of"`
		Region  string    `ch:"region"`
		State   string    `ch:"state_of"`
		Level   string    `ch:"level_of"`
		First   uint32    `ch:"first"`
		Last    uint32    `ch:"last"`
		Records uint64    `ch:"records_of"`
		Amount  money.Fen `ch:"amount_of"`
	}
	p := store.Params{"run": f.Run.ID, "scope": scope.Prefixes(), "finding": id, "skip": page.Skip, "most": page.Most}
	rows, err := store.Select[row](ctx, f.q.db, findingUnitsSQL, p)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	list, units := make([]FindingUnit, len(rows)), make([]string, len(rows))
	for i, r := range rows {
		list[i] = FindingUnit{r.Unit, r.Name, r.Region, r.State, r.Level, period.Period(r.First), period.Period(r.Last), r.Records, r.Amount, nil}
		units[i] = r.Unit
	}
	of, err := f.issuesOf(ctx, scope, units)
	for i := range list {
		list[i].Issues = issuesIn(of[list[i].UnitID], list[i].RegionCode)
	}
	return list, err
}
