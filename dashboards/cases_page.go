package dashboards

import (
	"cmp"
	"slices"

	"jianfu/internal/burden"
	"jianfu/internal/detection"
	"jianfu/internal/i18n"
	"jianfu/internal/ledger"
	"jianfu/internal/money"
	"jianfu/queries"
)

// Cases is what stands above a list of cases: what all that were found come to, and why.
type Cases struct {
	KPIs    []KPI
	Levels  []CaseShare
	States  []CaseShare
	Reasons []CaseShare
}

// CaseShare is how many cases there are of a level, a state or a reason, how much they come to, and its share of the largest.
type CaseShare struct {
	ID, Name, Count, Amount, Exact, Link string
	From, Width                          float32 // in percent
}

// NewCases makes the contents; link narrows the list.
func NewCases(t queries.CaseTotals, link Linker, p *i18n.Printer) *Cases {
	b := builder{p: p, names: NewNames(p), link: link}
	page := &Cases{}
	unit := newUnit(p, 100, "yuan") // as the list below has it
	amount := func(id, name string, f money.Fen) KPI {
		return KPI{ID: id, Name: name, Value: unit.Text(f), Unit: unit.Name, Hover: exact(f), Share: -1}
	}
	count := KPI{ID: "cases", Name: p.T("web.cases.kpi.cases"), Value: Count(t.Cases), Unit: unitNoun(p, "web.cases.kpi.unit", t.Cases), Share: -1}
	over, under := overAndUnder(t.Reach, unit, p)
	due := amount("due", p.T("web.column.due"), t.Due())
	due.Notes = []string{p.T("web.units.rate", "rate", rate(p, t.Delivered, t.Entitled))}
	page.KPIs = []KPI{count, over, under, due}
	for _, level := range []ledger.Severity{"urgent", "high", "normal", "low"} {
		for _, row := range t.ByLevel {
			if row.Key == string(level) && row.Cases > 0 {
				page.Levels = append(page.Levels, b.caseShare(row, levelName(b.names, row.Key), b.link.to("level", row.Key)))
			}
		}
	}
	for _, state := range burden.States {
		for _, row := range t.ByState {
			if row.Key == state.String() && row.Cases > 0 {
				page.States = append(page.States, b.caseShare(row, b.names.Word("state")(row.Key), b.link.to("state", row.Key)))
			}
		}
	}
	spread(page.Levels, t.ByLevel, t.Cases)
	spread(page.States, t.ByState, t.Cases)
	page.Reasons = b.reasonShares(t.ByReason)
	return page
}

func (b builder) caseShare(row queries.CaseSum, name, link string) CaseShare {
	return CaseShare{ID: row.Key, Name: name, Count: Count(row.Cases), Amount: newUnit(b.p, 100, "yuan").WithName(row.Amount), Exact: exact(row.Amount), Link: link}
}

// spread lays shares out on one bar, by their counts.
func spread(shares []CaseShare, rows []queries.CaseSum, all uint64) {
	from := float32(0)
	for i := range shares {
		for _, row := range rows {
			if row.Key == shares[i].ID && all > 0 {
				shares[i].From, shares[i].Width = from, float32(row.Cases)*100/float32(all)
				from += shares[i].Width
			}
		}
	}
}

// mostReasons is how many reasons stand above the list.
const mostReasons = 5

// reasonShares are the reasons that come to most, with their share of the largest.
func (b builder) reasonShares(rows []queries.CaseSum) []CaseShare {
	var shares []CaseShare
	largest := money.Fen(1)
	for _, row := range rows {
		if rule, _ := detection.Shipped.Rule(row.Key); rule.Kind == detection.Reason && row.Amount > 0 {
			largest = max(largest, row.Amount)
		}
	}
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b queries.CaseSum) int { return cmp.Compare(b.Amount, a.Amount) })
	for _, row := range rows {
		rule, _ := detection.Shipped.Rule(row.Key)
		if rule.Kind != detection.Reason || row.Amount <= 0 || len(shares) == mostReasons {
			continue
		}
		one := b.caseShare(row, b.names.Word("reason")(row.Key), b.link.to("reason", row.Key))
		one.Width = float32(row.Amount) * 100 / float32(largest)
		shares = append(shares, one)
	}
	return shares
}

// MarkName names a reason, a cause or a risk.
func MarkName(id string, p *i18n.Printer) string {
	return builder{p: p, names: NewNames(p)}.markName(id)
}

// ChannelName names a channel of declaring.
func ChannelName(id string, p *i18n.Printer) string { return builder{p: p}.channel(id) }

// Amount writes an amount with its unit's name, in the unit that fits it and the amounts that stand beside it.
func Amount(p *i18n.Printer, f money.Fen, beside ...money.Fen) string {
	return chartUnit(p, largest(append(beside, f)...)).WithName(f)
}
