package dashboards

import (
	"strconv"
	"strings"

	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/queries"
)

// Explanation is the contents of the page that explains one record.
type Explanation struct {
	Title      string
	Treatment  string // what the record counts as, in a sentence
	Notices    []string
	Declared   []StampItem
	Unit       []StampItem // what of the unit decides its terms
	Scenarios  []ScenarioSteps
	Charge     Table // how what was charged comes to what the new policy asks
	Group      Table // the records of the month and insurance, by the rule and as stored
	GroupText  string
	GroupEqual Check
}

// ScenarioSteps is the calculation of one record under one policy, a step a line.
type ScenarioSteps struct {
	Title    string
	Measure  string // document of the measure that it adds
	Covered  bool
	Base     []StepLine
	Shares   []ShareSteps
	Sentence string // when nothing covers the record
}

// ShareSteps is how the base became what one payer owes.
type ShareSteps struct {
	Payer string
	Lines []StepLine
}

// StepLine is one step: what is done, the sum, what came out, and the row of the pack that decides it.
type StepLine struct {
	Name, Text, Result string
	Source             *Source
}

// Source is a row of the policy pack: where it stands, what it says, and which document says so.
type Source struct {
	Where, Content, Measure, Document, CheckedOn string
}

// explainer writes the steps of a record.
type explainer struct {
	builder
	e     *queries.Explained
	title func(measure string) string
}

// NewExplanation makes the contents of a record's page; title names a measure.
func NewExplanation(e *queries.Explained, pack *policy.Pack, p *i18n.Printer) *Explanation {
	title := func(id string) string {
		m, _ := pack.Measure(id)
		return m.Title
	}
	x := explainer{builder{p: p, names: NewNames(p)}, e, title}
	r := &e.Record
	page := &Explanation{
		Title:     p.T("web.trace.title", "insurance", x.insuranceName(r.Insurance), "month", Month(p, r.Period), "id", r.ID),
		Treatment: p.T("web.trace.treatment." + string(e.Trace.Treatment)),
		Declared:  x.declared(), Unit: x.unitFacts(), Charge: x.charge(), Group: x.group(),
	}
	if r.Dead != "" {
		page.Treatment = p.T("web.trace.dead."+r.Dead, "load", r.ByLoad)
	}
	if e.Trace.Estimate {
		page.Notices = append(page.Notices, p.T("web.trace.estimate", "headcount", r.Headcount))
	}
	if e.Trace.Rounding.Level == policy.LevelUnit {
		page.Notices = append(page.Notices, p.T("web.trace.unit_level"))
	}
	for i := range e.Trace.Scenarios {
		page.Scenarios = append(page.Scenarios, x.scenario(i, pack))
	}
	page.GroupText, page.GroupEqual = x.groupText(), page.Group.Sums
	page.Group.Sums = CheckNone // said above the table
	return page
}

// declared is what the source said.
func (x explainer) declared() []StampItem {
	r, p := &x.e.Record, x.p
	items := []StampItem{
		{p.T("web.record.column.record_id"), r.ID}, {p.T("web.record.column.entry_type"), p.T("web.record.entry_type." + r.EntryType.String())},
		{p.T("web.record.column.period"), Month(p, r.Period)}, {p.T("web.record.column.insurance"), x.insuranceName(r.Insurance)},
	}
	add := func(key, value string) {
		if value != "" {
			items = append(items, StampItem{p.T("web.record.column." + key), value})
		}
	}
	add("person", RecordPerson(r.Person))
	add("headcount", count(uint64(max(r.Headcount, 1))))
	add("wage", exact(r.Wage))
	add("base", exact(r.Base))
	add("employer_rate", r.EmployerRate.Percent())
	add("employer_amount", exact(r.EmployerAmount))
	add("employee_rate", r.EmployeeRate.Percent())
	add("employee_amount", exact(r.EmployeeAmount))
	add("received_on", Day(r.ReceivedOn))
	add("received_amount", exact(r.ReceivedAmount))
	if r.Channel != contribution.ChannelUnknown {
		add("channel", p.T("web.record.channel."+r.Channel.String()))
	}
	add("load", p.T("web.unit.load_line", "load", r.Load, "line", r.Line))
	return items
}

// unitFacts are what of the unit's registration decides which rows hold.
func (x explainer) unitFacts() []StampItem {
	u, p := x.e.Month.Unit, x.p
	items := []StampItem{{p.T("web.unit.fact.region"), x.names.Region(u.RegionCode) + " " + u.RegionCode}, {p.T("web.unit.fact.unit_kind"), x.names.Word("unit_kind")(u.Kind.String())},
		{p.T("web.unit.fact.size"), x.names.UnitSize(u.Size.String(), u.Kind.String())}}
	if u.RiskClass > 0 {
		items = append(items, StampItem{p.T("web.unit.fact.risk_class"), strconv.Itoa(int(u.RiskClass))})
	}
	items = append(items, StampItem{p.T("web.unit.fact.float_factor"), u.FloatFactor.String()})
	var titles []string
	for _, id := range u.Elections {
		titles = append(titles, x.title(id))
	}
	if len(titles) == 0 {
		titles = []string{p.T("web.unit.none")}
	}
	return append(items, StampItem{p.T("web.unit.fact.elections"), strings.Join(titles, p.T("web.list_separator"))})
}

// scenario is the calculation under the i-th policy, the old one first.
func (x explainer) scenario(i int, pack *policy.Pack) ScenarioSteps {
	c, p := &x.e.Trace.Scenarios[i], x.p
	s := ScenarioSteps{Title: p.T("web.trace.old"), Covered: c.Covered}
	if i > 0 {
		m, _ := pack.Measure(c.Added)
		s.Title, s.Measure = p.T("web.trace.added", "measure", m.Title), m.DocumentNo
		if i == len(x.e.Trace.Scenarios)-1 {
			s.Title = p.T("web.trace.new", "measure", m.Title)
		}
	}
	if !c.Covered {
		s.Sentence = p.T("web.trace.not_covered")
		return s
	}
	s.Base = x.base(&c.Base)
	for _, share := range c.Shares {
		s.Shares = append(s.Shares, x.share(&share, c.Base.Base))
	}
	return s
}

// base is how the wage became the base.
func (x explainer) base(b *burden.BaseTrace) []StepLine {
	p := x.p
	lines := []StepLine{{Name: p.T("web.trace.wage"), Result: exact(b.Wage)}}
	if b.Headcount > 1 {
		lines = append(lines, StepLine{Name: p.T("web.trace.per_head"), Text: exact(b.Wage) + " ÷ " + count(uint64(b.Headcount)), Result: Grouped(b.PerHead)})
	}
	limits := StepLine{Name: p.T("web.trace.limits"), Result: Grouped(b.Limited), Text: p.T("web.trace.no_limits")}
	if l := b.Limit; l.Row != nil {
		limits.Source = x.source(policy.BasesFile, &l.Row.Row, x.limitText(l))
		switch {
		case b.Raised:
			limits.Text = p.T("web.trace.raised", "floor", exact(l.Floor))
		case b.Lowered:
			limits.Text = p.T("web.trace.lowered", "cap", exact(l.Cap))
		default:
			limits.Text = p.T("web.trace.within")
		}
	}
	lines = append(lines, limits)
	if b.Headcount > 1 {
		lines = append(lines, StepLine{Name: p.T("web.trace.all_heads"), Text: Grouped(b.Limited) + " × " + count(uint64(b.Headcount)), Result: Grouped(b.Whole)})
	}
	return append(lines, StepLine{Name: p.T("web.trace.base"), Text: p.T("web.trace.base_rounding." + b.Limit.Rounding.String()), Result: exact(b.Base)})
}

func (x explainer) limitText(l policy.Limit) string {
	var parts []string
	if l.HasFloor {
		parts = append(parts, x.p.T("web.trace.floor", "amount", exact(l.Floor)))
	}
	if l.HasCap {
		parts = append(parts, x.p.T("web.trace.cap", "amount", exact(l.Cap)))
	}
	if l.Row.AverageWage != "" {
		parts = append(parts, x.p.T("web.trace.average_wage", "amount", l.Row.AverageWage))
	}
	return strings.Join(parts, x.p.T("web.list_separator"))
}

// source writes down a row of the pack.
func (x explainer) source(file string, row *policy.Row, content string) *Source {
	s := &Source{Where: x.p.T("web.trace.row", "file", file, "line", row.Line), Document: row.DocumentNo, CheckedOn: row.CheckedOn, Measure: x.p.T("web.trace.baseline")}
	if row.Measure != "" {
		s.Measure = x.title(row.Measure)
	}
	area := x.p.T("web.trace.any_area")
	if row.Area != "" {
		area = x.names.Region(row.Area) + " " + row.Area
	}
	to := x.p.T("web.trace.open")
	if row.To != 0 {
		to = row.To.String()
	}
	s.Content = strings.Join([]string{area, row.From.String() + "—" + to, content}, x.p.T("web.record.separator"))
	return s
}

// share is how the base became what a payer owes.
func (x explainer) share(s *burden.ShareTrace, base money.Fen) ShareSteps {
	p := x.p
	steps := ShareSteps{Payer: p.T("web.payer_long." + s.Payer.String())}
	if !s.HasRate {
		steps.Lines = []StepLine{{Name: p.T("web.trace.rate"), Text: p.T("web.trace.no_rate"), Result: exact(0)}}
		return steps
	}
	for i, row := range s.Rows {
		line := StepLine{Name: p.T("web.trace.rate"), Result: row.Rate.Percent(), Source: x.source(policy.RatesFile, &row.Row, x.rateText(row))}
		if i > 0 {
			line.Name, line.Result = p.T("web.trace.factor"), "× "+row.Factor.String()
		}
		steps.Lines = append(steps.Lines, line)
		if i == 0 && s.FloatFactor != money.One {
			steps.Lines = append(steps.Lines, StepLine{Name: p.T("web.unit.fact.float_factor"), Text: p.T("web.trace.float"), Result: "× " + s.FloatFactor.String()})
		}
	}
	if len(s.Rows) > 1 || s.FloatFactor != money.One {
		steps.Lines = append(steps.Lines, StepLine{Name: p.T("web.trace.rate_used"), Text: p.T("web.trace.rate_rounding"), Result: s.Rate.Percent()})
	}
	rounding := "web.trace.amount_rounding." + x.e.Trace.Rounding.Amount.String()
	steps.Lines = append(steps.Lines,
		StepLine{Name: p.T("web.trace.product"), Text: exact(base) + " × " + s.Rate.Percent(), Result: Grouped(s.Product)},
		StepLine{Name: p.T("web.trace.amount"), Text: p.T(rounding), Result: exact(s.Amount)})
	return steps
}

// rateText says for whom a rate row holds.
func (x explainer) rateText(row *policy.RateRow) string {
	parts := []string{}
	if row.Kind != 0 {
		parts = append(parts, x.names.Word("unit_kind")(row.Kind.String()))
	}
	if row.Size != 0 {
		parts = append(parts, x.names.Word("size")(row.Size.String()))
	}
	if row.RiskClass != 0 {
		parts = append(parts, x.p.T("web.trace.risk_class", "class", row.RiskClass))
	}
	if row.Elective {
		parts = append(parts, x.p.T("web.trace.elective"))
	}
	rate := x.p.T("web.trace.rate_of", "rate", row.Rate.Percent())
	if row.IsFactor {
		rate = x.p.T("web.trace.factor_of", "factor", row.Factor)
	}
	return strings.Join(append(parts, rate), x.p.T("web.list_separator"))
}

// charge leads from what was charged to what the new policy asks, in the steps that the reasons are.
func (x explainer) charge() Table {
	p := x.p
	t := Table{ID: "charge", Title: p.T("web.trace.charge"), Unit: newUnit(p, 100, "yuan"), Columns: []Column{
		{"payer", p.T("web.filter.payer"), KindText}, {"step", p.T("web.trace.column.step"), KindText}, {"sum", p.T("web.trace.column.sum"), KindText},
		{"amount", p.T("web.column.amount"), KindMoney}, {"difference", p.T("web.trace.column.difference"), KindMoney}, {"reason", p.T("web.column.reason"), KindText}}}
	none := Cell{Text: NotApplicable}
	equal := true
	for i := range x.e.Trace.Charges {
		c := &x.e.Trace.Charges[i]
		payer := textCell(p.T("web.payer." + c.Payer.String()))
		line := func(step, sum string, amount money.Fen, difference Cell, reason string) {
			t.Rows = append(t.Rows, []Cell{payer, textCell(p.T("web.trace.step." + step)), textCell(sum), t.Unit.cell(amount), difference, textCell(reason)})
		}
		reasons := map[burden.Reason]money.Fen{}
		explained := money.Fen(0)
		for _, r := range c.Reasons {
			reasons[r.Reason] += r.Amount
			explained += r.Amount
		}
		equal = equal && explained == c.Shortfall
		named := func(among ...burden.Reason) (Cell, string) {
			for _, r := range among {
				if reasons[r] != 0 {
					cell := t.Unit.cell(reasons[r])
					if cell.Tone = ToneReduction; reasons[r] > 0 {
						cell.Tone = ToneIncrease
					}
					return cell, x.names.Word("reason")(r.String())
				}
			}
			return t.Unit.cell(0), ""
		}
		line("charged", "", c.Charged, none, "")
		if x.e.Trace.Treatment == burden.Uncovered {
			continue
		}
		if x.e.Trace.Treatment != burden.Computed {
			difference, reason := named(burden.DuplicateCharge, burden.RefundReason)
			line("nothing", "", c.Owed, difference, reason)
			continue
		}
		newShare := x.e.Trace.New().Shares[i]
		difference, reason := named(burden.AmountMismatch)
		line("declared", exact(c.DeclaredBase)+" × "+c.DeclaredRate.Percent(), c.AtDeclared, difference, reason)
		difference, reason = named(burden.RateNotApplied, burden.RateBelowPolicy)
		line("policy_rate", exact(c.DeclaredBase)+" × "+newShare.Rate.Percent(), c.AtPolicyRate, difference, reason)
		difference, reason = named(burden.BaseOverCap, burden.BaseBelowFloor, burden.BaseMismatch)
		line("owed", exact(x.e.Trace.New().Base.Base)+" × "+newShare.Rate.Percent(), c.Owed, difference, reason)
	}
	t.check(equal)
	return t
}

// group compares what the rule makes of all records of the month and insurance with what the run stored.
func (x explainer) group() Table {
	p, g := x.p, &x.e.Group
	t := Table{ID: "group", Title: p.T("web.trace.group"), Unit: newUnit(p, 100, "yuan"), Columns: []Column{
		{"payer", p.T("web.filter.payer"), KindText}, {"from", p.T("web.trace.column.from"), KindText}, {"headcount", p.T("web.record.column.headcount"), KindCount},
		{"old", p.T("web.column.old"), KindMoney}, {"new", p.T("web.column.new"), KindMoney}, {"charged", p.T("web.column.charged"), KindMoney}, {"shortfall", p.T("web.column.shortfall"), KindMoney}}}
	for _, from := range []struct {
		key   string
		lines []burden.Line
	}{{"rule", g.Rule}, {"stored", g.Stored}} {
		for _, l := range from.lines {
			t.Rows = append(t.Rows, []Cell{textCell(p.T("web.payer." + l.Payer.String())), textCell(p.T("web.trace.from." + from.key)), countCell(l.Headcount),
				t.Unit.cell(l.Old), t.Unit.cell(l.New), t.Unit.cell(l.Charged), t.Unit.cell(l.Shortfall())})
		}
	}
	if g.Checked {
		t.check(g.AsStored)
	}
	return t
}

// groupText says what the comparison came to.
func (x explainer) groupText() string {
	g := &x.e.Group
	key := "differs"
	switch {
	case len(g.Stored) == 0:
		return x.p.T("web.trace.group.uncovered")
	case !g.Checked:
		key = "many"
	case g.AsStored:
		key = "equal"
	}
	return x.p.T("web.trace.group."+key, "records", count(g.Records), "month", Month(x.p, period.Period(x.e.Record.Period)), "insurance", x.insuranceName(x.e.Record.Insurance))
}
