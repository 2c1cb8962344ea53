package dashboards

import (
	"slices"
	"strconv"
	"strings"

	"jianfu/internal/burden"
	"jianfu/internal/classification"
	"jianfu/internal/contribution"
	"jianfu/internal/dimension"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/region"
	"jianfu/queries"
)

// UnitPage is the contents of the page of one unit.
type UnitPage struct {
	Name, ID  string
	State     string // id
	StateText string
	Sentence  string // why the state is what it is; figures stand between Strong marks
	Elsewhere string // that there are months or registrations that the reader may not see, "" where there are none
	Empty     bool   // no burden in the window
	Facts     []StampItem
	KPIs      []KPI

	Months, Measures, Insurances, Reasons Block
	Growth                                Block
	Causes                                []string // why the due reduction is small, in sentences
	Peers                                 Block
	Registrations, Loads, Uncovered       Table
}

// Tables lists the tables of the page that can be taken away.
func (u *UnitPage) Tables() []Table {
	return []Table{u.Months.Table, u.Measures.Table, u.Insurances.Table, u.Reasons.Table, u.Growth.Table, u.Peers.Table, u.Registrations, u.Loads, u.Uncovered}
}

// Charts lists the charts that the page draws.
func (u *UnitPage) Charts() []*Chart {
	var drawn []*Chart
	for _, b := range []*Block{&u.Months, &u.Measures, &u.Insurances, &u.Reasons} {
		if b.Chart != nil {
			drawn = append(drawn, b.Chart)
		}
	}
	return drawn
}

// unitBuilder makes the parts of a unit's page. What charts and tables of the overview show of all units, they show here
// of one.
type unitBuilder struct {
	builder
	u *queries.Unit
}

// UnitSums are what a unit comes to in its window, as an overview of all units has it.
func UnitSums(u *queries.Unit) queries.Overview {
	o := queries.Overview{View: u.View, Stamp: u.Stamp}
	o.ByInsurance = u.ByInsurance()
	o.Total = queries.MemberRow{Sums: u.Sums(), Headcount: u.Headcount()}
	if len(u.ByMonth(true)) > 0 {
		o.Total.Units = 1
	}
	return o
}

// NewUnitPage makes the contents of a unit's page; marks of months and insurances lead to the records.
func NewUnitPage(u *queries.Unit, versus *Versus, link Linker, p *i18n.Printer) *UnitPage {
	o := UnitSums(u)
	o.ByMeasure, o.Total.Units = u.Effects(), 1
	for _, m := range u.ByMonth(false) {
		o.ByPeriod = append(o.ByPeriod, queries.PeriodRow{Period: m.Period, Sums: m.Sums(), Units: 1, Headcount: m.Headcount})
	}
	for _, r := range u.Reasons() {
		o.ByReason = append(o.ByReason, queries.ReasonRow{Reason: r.Reason.String(), Units: 1, Amount: r.Amount, More: max(0, r.Amount), Less: max(0, -r.Amount)})
	}
	b := unitBuilder{builder{p, NewNames(p), o, Hidden{}, link, "", versus}, u}
	registered := u.Registered()
	state := u.State()
	page := &UnitPage{
		Name: registered.Name, ID: u.ID, State: state.String(), StateText: p.T("web.state." + state.String()), Sentence: b.sentence(state),
		Empty: len(u.ByMonth(true)) == 0, Facts: b.facts(registered), KPIs: b.kpis(),
		Months: b.months(), Measures: b.measures(), Reasons: b.unitReasons(), Growth: b.growth(), Causes: b.causes(), Peers: b.peers(),
		Registrations: b.registrations(), Loads: b.loads(), Uncovered: b.uncovered(),
	}
	if u.Elsewhere > 0 {
		page.Elsewhere = p.T("web.unit.elsewhere", "count", u.Elsewhere)
	}
	page.Insurances = b.ranking(b.wordBreakdown("insurances", dimension.Insurances, dimension.Insurances.Words))
	page.Months.Note = p.T("web.unit.note.months")
	page.Insurances.Lead = ""
	for _, t := range []*Table{&page.Months.Table, &page.Reasons.Table} {
		t.leaveOut("units")
	}
	return page
}

// leaveOut takes a column out of a table.
func (t *Table) leaveOut(key string) {
	i := slices.IndexFunc(t.Columns, func(c Column) bool { return c.Key == key })
	if i < 0 {
		return
	}
	t.Columns = slices.Delete(slices.Clone(t.Columns), i, i+1)
	for k := range t.Rows {
		t.Rows[k] = slices.Delete(slices.Clone(t.Rows[k]), i, i+1)
	}
	if len(t.Total) > i {
		t.Total = slices.Delete(slices.Clone(t.Total), i, i+1)
	}
}

// sentence says in one sentence why the unit's state is what it is.
func (b unitBuilder) sentence(state burden.State) string {
	t := b.u.Stored
	if len(b.u.ByMonth(true)) == 0 {
		return b.p.T("web.unit.sentence.empty", "window", Window(b.p, b.u.View.Window))
	}
	id := state.String()
	if state == burden.NoDue && t.Due() < 0 || state == burden.Increased && t.Due() < 0 && t.Shortfall() == 0 {
		id = "rise"
	}
	amount := func(f money.Fen) string { return StrongStart + exact(abs(f)) + StrongEnd }
	return b.p.T("web.unit.sentence."+id, "window", Window(b.p, b.u.View.Window), "old", amount(t.Old), "new", amount(t.New), "charged", amount(t.Charged),
		"due", amount(t.Due()), "real", amount(t.Real()), "shortfall", amount(t.Shortfall()))
}

// facts are what the registration says that holds.
func (b unitBuilder) facts(r queries.Registration) []StampItem {
	p := b.p
	var facts []StampItem
	add := func(key, value string) {
		if value != "" {
			facts = append(facts, StampItem{p.T("web.unit.fact." + key), value})
		}
	}
	place := []string{}
	for code := r.RegionCode; code != ""; code = region.Parent(code) {
		place = append(place, b.names.Region(code))
	}
	slices.Reverse(place)
	add("unit_id", b.u.ID)
	add("region", strings.Join(place, " ")+" "+r.RegionCode)
	industry := b.names.Industry(r.IndustryCode)
	if !strings.HasPrefix(industry, r.IndustryCode) { // of a section or division the name comes alone
		industry = r.IndustryCode + " " + industry
	}
	add("industry", industry)
	add("registration_type", b.registrationType(r.Unit))
	add("unit_kind", b.names.Word("unit_kind")(r.Kind.String()))
	size := b.names.UnitSize(r.Size.String(), r.Kind.String())
	if r.Size != contribution.SizeUnknown && r.Size != 0 {
		size += p.T("web.unit.size_declared." + strconv.FormatBool(r.SizeDeclared))
	}
	add("size", size)
	add("employees", b.known(r.Employees, func() string { return count(uint64(r.Employees)) })) //nolint:gosec // not negative there
	add("revenue", b.known(int64(r.Revenue), func() string { return exact(r.Revenue) }))
	add("assets", b.known(int64(r.Assets), func() string { return exact(r.Assets) }))
	if r.RiskClass > 0 {
		add("risk_class", strconv.Itoa(int(r.RiskClass)))
	}
	add("float_factor", r.FloatFactor.String())
	add("elections", b.elections(r.Elections))
	add("valid_from", b.since(r.ValidFrom))
	return facts
}

// known writes a figure of a register, which has -1 where nothing is known.
func (b unitBuilder) known(n int64, text func() string) string {
	if n < 0 {
		return b.p.T("web.unknown")
	}
	return text()
}

func (b unitBuilder) registrationType(u contribution.Unit) string {
	economy := b.names.Member(dimension.EconomicType, u.EconomicType.String())
	for _, r := range classification.RegistrationTypes() {
		if r.Code == u.RegistrationType {
			return r.Code + " " + r.NameZH + b.p.T("web.unit.in_brackets", "text", economy)
		}
	}
	return economy
}

func (b unitBuilder) elections(measures []string) string {
	var titles []string
	for _, id := range measures {
		titles = append(titles, b.measureTitle(id))
	}
	if len(titles) == 0 {
		return b.p.T("web.unit.none")
	}
	return strings.Join(titles, b.p.T("web.list_separator"))
}

// measureTitle is what the pack calls a measure.
func (b unitBuilder) measureTitle(id string) string {
	for _, c := range b.u.Stamp.Comparisons {
		for _, m := range c.Measures {
			if m.Measure == id {
				return m.Title
			}
		}
	}
	return id
}

func (b unitBuilder) since(m period.Period) string {
	if m == 0 {
		return b.p.T("web.unit.always")
	}
	return Month(b.p, m)
}

// netKPI is a unit's net shortfall, with its two parts by month and insurance.
func (b unitBuilder) netKPI(unit Unit) KPI {
	p, t := b.p, b.o.Total
	net := KPI{ID: "shortfall", Name: p.T("web.unit.kpi.shortfall"), Value: unit.Text(t.Shortfall()), Unit: unit.Name, Hover: exact(t.Shortfall()), Share: -1,
		Notes: []string{p.T("web.unit.parts", "over", unit.WithName(t.Overcharged), "under", unit.WithName(t.Undercharged))}}
	switch {
	case t.Shortfall() > 0:
		net.Tone, net.Word = ToneIncrease, p.T("web.word.overcharged")
	case t.Shortfall() < 0:
		net.Tone, net.Word = ToneUnder, p.T("web.word.undercharged")
	}
	return net
}

// kpis are the six amounts and what a person costs a month.
func (b unitBuilder) kpis() []KPI {
	p := b.p
	cards, unit := burdenKPIs(b.o.Total.Sums, p)
	cards = append(cards, b.netKPI(unit))
	each := KPI{ID: "per_person", Name: p.T("web.units.column.per_person"), Value: NotApplicable, Share: -1, Notes: []string{p.T("web.units.headcount", "count", count(b.u.Headcount()))}}
	if perPerson, ok := queries.PerPerson(b.u.Stored.Charged, b.u.Headcount()); ok {
		each.Value, each.Unit, each.Hover = exact(perPerson), p.T("web.unit.yuan"), exact(perPerson)
	}
	if cards = append(cards, each); b.versus != nil {
		return b.compare(cards)
	}
	return cards
}

// unitReasons are the reasons of the shortfall, without the count of units that have them.
func (b unitBuilder) unitReasons() Block {
	block := b.reasons()
	block.Lead = ""
	if rows := byAmount(b.o.ByReason); len(rows) > 0 && rows[0].More > 0 {
		all, _ := moreAndLess(rows)
		block.Lead = b.p.T("web.unit.lead.reasons", "reason", b.names.Word("reason")(rows[0].Reason), "amount", exact(rows[0].More), "share", percent(b.p, rows[0].More, all))
	}
	if block.Chart != nil {
		for key, tip := range block.Chart.Tips {
			tip.Rows = tip.Rows[:len(tip.Rows)-1] // how many units
			block.Chart.Tips[key] = tip
		}
		block.Chart.Links = nil
	}
	if len(b.o.ByReason) == 0 {
		block.Note = b.p.T("web.unit.no_reasons")
	}
	return block
}
