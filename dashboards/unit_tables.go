package dashboards

import (
	"strconv"

	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/dimension"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/queries"
)

// growth is why the bill is another one than before the cut.
func (b unitBuilder) growth() Block {
	p := b.p
	reference, months, total := b.u.Growth()
	block := Block{ID: "growth", Title: p.T("web.unit.block.growth")}
	t := Table{ID: "growth", Title: block.Title, Unit: newUnit(p, 100, "yuan")}
	if len(months) == 0 {
		block.Note, block.Table = p.T("web.unit.no_reference"), t
		return block
	}
	month := Month(p, reference.Period)
	block.Note = p.T("web.unit.note.growth", "month", month)
	key := "same"
	if total.Change > 0 {
		key = "more"
	} else if total.Change < 0 {
		key = "less"
	}
	block.Lead = p.T("web.unit.growth."+key, "month", month, "change", exact(abs(total.Change)), "headcount", signed(total.Headcount), "wage", signed(total.Wage), "policy", signed(total.Policy))
	t.Columns = []Column{
		{"period", p.T("web.column.period"), KindText}, {"headcount", p.T("web.column.insured"), KindCount}, {"charged", p.T("web.column.charged"), KindMoney},
		{"change", p.T("web.unit.column.change", "month", month), KindMoney}, {"headcount_growth", p.T("web.unit.column.headcount_growth"), KindMoney},
		{"wage_growth", p.T("web.unit.column.wage_growth"), KindMoney}, {"policy", p.T("web.unit.column.policy"), KindMoney},
	}
	none := Cell{Text: NotApplicable}
	row := func(name Cell, headcount Cell, charged Cell, g burden.Growth) []Cell {
		change, policy := t.Unit.cell(g.Change), t.Unit.cell(g.Policy)
		change.Tone, policy.Tone = toneOf(-g.Change), toneOf(-g.Policy)
		return []Cell{name, headcount, charged, change, t.Unit.cell(g.Headcount), t.Unit.cell(g.Wage), policy}
	}
	t.Rows = append(t.Rows, []Cell{{Text: p.T("web.unit.reference", "month", month), Raw: reference.Period.String()}, countCell(reference.Headcount), t.Unit.cell(reference.Charged),
		none, none, none, none})
	byMonth := map[period.Period]queries.UnitPeriod{}
	for _, m := range b.u.ByMonth(true) {
		byMonth[m.Period] = m
	}
	equal := true
	for _, g := range months {
		m := byMonth[g.Period]
		equal = equal && g.Headcount+g.Wage+g.Policy == m.Charged-reference.Charged
		t.Rows = append(t.Rows, row(b.monthCell(g.Period), countCell(m.Headcount), t.Unit.cell(m.Charged), g.Growth))
	}
	t.Total = row(textCell(p.T("web.total")), none, none, total)
	t.check(equal)
	block.Table = t
	return block
}

// signed writes an amount with its sign, plus too.
func signed(f money.Fen) string {
	if f > 0 {
		return "+" + exact(f)
	}
	return exact(f)
}

func (b unitBuilder) monthCell(m period.Period) Cell {
	return Cell{Text: Month(b.p, m), Raw: m.String(), Link: b.link.to("month", m.String())}
}

// cause is what one cause says of all months in which it says the same.
type cause struct {
	key    burden.CauseFound // without month and amount
	first  period.Period
	last   period.Period
	amount money.Fen
}

// causes are why the due reduction is small, each once.
func (b unitBuilder) causes() []string {
	var list []cause
	for _, want := range burden.Causes {
		for _, found := range b.u.Causes {
			if found.Cause != want {
				continue
			}
			key := found
			key.Period, key.Amount = 0, 0
			if n := len(list); n > 0 && list[n-1].key == key {
				list[n-1].last, list[n-1].amount = found.Period, list[n-1].amount+found.Amount
				continue
			}
			known := false
			for i := range list {
				if list[i].key == key {
					list[i].last, list[i].amount, known = max(list[i].last, found.Period), list[i].amount+found.Amount, true
				}
			}
			if !known {
				list = append(list, cause{key, found.Period, found.Period, found.Amount})
			}
		}
	}
	var sentences []string
	for _, c := range list {
		k := c.key
		sentences = append(sentences, b.p.T("web.unit.cause."+string(k.Cause),
			"insurance", b.names.Word("insurance")(k.Insurance.String()), "payer", b.p.T("web.payer."+k.Payer.String()), "measure", b.measureTitle(k.Measure), "document", k.Document,
			"months", Window(b.p, period.Range{From: c.first, To: c.last}), "amount", exact(c.amount), "floor_from", exact(k.Floor[0]), "floor_to", exact(k.Floor[1]),
			"rate_from", k.Rate[0].Percent(), "rate_to", k.Rate[1].Percent()))
	}
	return sentences
}

// peers compares the unit with those of its county, industry and size.
func (b unitBuilder) peers() Block {
	p, peers := b.p, b.u.Peers
	block := Block{ID: "peers", Title: p.T("web.unit.block.peers")}
	t := Table{ID: "peers", Title: block.Title, Unit: newUnit(p, 100, "yuan")}
	if peers.Units == 0 {
		block.Note, block.Table = p.T("web.unit.no_peers"), t
		return block
	}
	section := peers.Section
	if section == dimension.Nothing {
		section = ""
	}
	block.Lead = p.T("web.unit.lead.peers", "region", b.names.Region(peers.RegionCode), "industry", b.names.Industry(section), "size", b.names.Word("size")(peers.Size), "count", count(peers.Units))
	t.Columns = []Column{{"who", p.T("web.unit.column.who"), KindText}, {"per_person", p.T("web.units.column.per_person"), KindMoney},
		{"rate", p.T("web.column.rate"), KindPercent}, {"change", p.T("web.column.change"), KindPercent}}
	row := func(name Cell, perPerson money.Fen, of queries.Sums) []Cell {
		return []Cell{name, t.Unit.cell(perPerson), reachedCell(p, of.Reach),
			{Text: change(p, of.Old, of.Charged), Raw: plainPercent(of.Charged-of.Old, of.Old), Tone: toneOf(of.Real())}}
	}
	average, _ := queries.PerPerson(peers.Charged, peers.Headcount)
	none := Cell{Text: NotApplicable}
	t.Rows = [][]Cell{
		row(textCell(p.T("web.unit.peers.own")), peers.Own, b.o.Total.Sums),
		row(textCell(p.T("web.unit.peers.all")).to(b.link.to("peers", "")), average, peers.Sums),
	}
	block.Note = p.T("web.unit.note.few_peers")
	if peers.Median != nil {
		t.Rows = append(t.Rows, []Cell{textCell(p.T("web.unit.peers.median")), t.Unit.cell(*peers.Median), none, none})
		block.Note = p.T("web.unit.note.peers", "lower", count(peers.Lower), "count", count(peers.Units))
	}
	block.Table = t
	return block
}

// registrations is the history of what was registered.
func (b unitBuilder) registrations() Table {
	p := b.p
	t := Table{ID: "registrations", Title: p.T("web.unit.block.registrations"), Columns: []Column{
		{"valid_from", p.T("web.unit.fact.valid_from"), KindText}, {"name", p.T("web.units.column.name"), KindText}, {"region", p.T("web.column.region"), KindText},
		{"industry", p.T("web.column.industry"), KindText}, {"size", p.T("web.column.size"), KindText}, {"unit_kind", p.T("web.column.unit_kind"), KindText},
		{"risk_class", p.T("web.unit.fact.risk_class"), KindText}, {"float_factor", p.T("web.unit.fact.float_factor"), KindText},
		{"elections", p.T("web.unit.fact.elections"), KindText}, {"load", p.T("web.unit.column.load"), KindText}}}
	for _, r := range b.u.Registrations {
		risk := NotApplicable
		if r.RiskClass > 0 {
			risk = strconv.Itoa(int(r.RiskClass))
		}
		t.Rows = append(t.Rows, []Cell{textCell(b.since(r.ValidFrom)), textCell(r.Name), textCell(b.names.Region(r.RegionCode)), textCell(b.names.Industry(r.IndustryCode)),
			textCell(b.names.UnitSize(r.Size.String(), r.Kind.String())), textCell(b.names.Word("unit_kind")(r.Kind.String())), textCell(risk), textCell(r.FloatFactor.String()),
			textCell(b.elections(r.Elections)), textCell(p.T("web.unit.load_line", "load", r.Load, "line", r.Line))})
	}
	return t
}

// loads are the files that the records came with.
func (b unitBuilder) loads() Table {
	p := b.p
	t := Table{ID: "loads", Title: p.T("web.unit.block.loads"), Columns: []Column{
		{"load", p.T("web.unit.column.load"), KindText}, {"file", p.T("web.unit.column.file"), KindText}, {"loaded_at", p.T("web.stamp.loaded_at"), KindText},
		{"months", p.T("web.column.period"), KindText}, {"records", p.T("web.unit.column.records"), KindCount}}}
	for _, l := range b.u.Loads {
		t.Rows = append(t.Rows, []Cell{textCell(p.T("web.unit.load", "load", l.Load)), textCell(l.File), textCell(Moment(l.FinishedAt)),
			textCell(Window(p, period.Range{From: period.Period(l.First), To: period.Period(l.Last)})), countCell(l.Records)})
	}
	return t
}

// uncovered are the records of the window that are in none of the figures.
func (b unitBuilder) uncovered() Table {
	p := b.p
	t := Table{ID: "uncovered", Title: p.T("web.unit.block.uncovered"), Unit: newUnit(p, 100, "yuan"), Columns: []Column{
		{"period", p.T("web.column.period"), KindText}, {"insurance", p.T("web.column.insurance"), KindText}, {"records", p.T("web.unit.column.records"), KindCount},
		{"wage", p.T("web.unit.column.wage"), KindMoney}, {"charged", p.T("web.unit.column.charged"), KindMoney}}}
	for _, n := range b.u.Uncovered {
		if b.u.View.Window.Contains(n.Period) {
			t.Rows = append(t.Rows, []Cell{b.monthCell(n.Period), textCell(b.insuranceName(n.Insurance)), countCell(n.Records), t.Unit.cell(n.Wage), t.Unit.cell(n.Charged)})
		}
	}
	return t
}

func (b builder) insuranceName(i contribution.Insurance) string {
	return b.names.Word("insurance")(i.String())
}
