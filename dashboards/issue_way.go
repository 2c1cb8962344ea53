package dashboards

import (
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"jianfu/internal/ledger"
	"jianfu/internal/money"
	"jianfu/queries"
)

// FunnelStep is how many issues have come as far as a station or further, and the money that was found for them. States are
// those that it counts, joined by commas.
type FunnelStep struct {
	Step, States string
	Issues       uint64
	Found        money.Fen
}

// Funnel shows how far issues have come, from all of them to those that are closed. A bar leads to its issues.
func (b IssueCounts) Funnel(steps []FunnelStep) Block {
	p := b.p
	block := Block{ID: "issues_funnel", Title: p.T("web.issues.funnel"), Note: p.T("web.issues.funnel.note"), Table: Table{ID: "issues_funnel", Title: p.T("web.issues.funnel")}}
	var most money.Fen
	for _, s := range steps {
		most = max(most, s.Found)
	}
	t := &block.Table
	t.Unit = tableUnit(p, most)
	t.Columns = []Column{{"key", p.T("web.issues.member.step"), KindText}, {"issues", p.T("web.issues.count.issues"), KindCount}, {"share", p.T("web.issues.count.share"), KindPercent},
		{"found", p.T("web.issues.count.found"), KindMoney}}
	if len(steps) == 0 || steps[0].Issues == 0 {
		return block
	}
	whole := money.Fen(steps[0].Issues) //nolint:gosec // a count of issues
	chart := &Chart{ID: block.ID, Height: heightFor(len(steps), 40, 36), Names: map[string]string{}, Tips: map[string]Tip{}}
	var keys []string
	var data []opts.BarData
	for _, s := range steps {
		name, n := b.names.Word("issue_station")(s.Step), money.Fen(s.Issues) //nolint:gosec // a count of issues
		share, address := percent(p, n, whole), b.link.to("status", s.States)
		t.Rows = append(t.Rows, []Cell{textCell(name).to(address), countCell(s.Issues).to(address), {Text: share, Raw: plainPercent(n, whole)}, t.Unit.cell(s.Found)})
		keys, chart.Names[s.Step] = append(keys, s.Step), name
		chart.Tips[s.Step] = Tip{Title: name, Rows: []TipLine{{Name: p.T("web.issues.count.issues"), Value: count(s.Issues)}, {Name: p.T("web.issues.count.share"), Value: share},
			{Name: p.T("web.issues.count.found"), Value: t.Unit.WithName(s.Found)}}}
		chart.lead(s.Step, address)
		data = append(data, opts.BarData{Value: s.Issues, Label: endLabel(count(s.Issues)+"  "+share, colourQuiet)})
	}
	last := steps[len(steps)-1]
	block.Lead = p.T("web.issues.funnel.lead", "count", count(steps[0].Issues), "closed", count(last.Issues), "share", percent(p, money.Fen(last.Issues), whole)) //nolint:gosec // a count of issues
	chart.Description = p.T("web.issues.aria.lead", "title", block.Title, "lead", block.Lead)
	bar := charts.NewBar()
	axis := valueAxis("")
	axis.Min, axis.MinInterval = 0, 1
	bar.SetGlobalOptions(append(common(chart.Description, "axis", false),
		charts.WithGridOpts(opts.Grid{Left: "4", Right: "96", Top: "4", Bottom: "4", ContainLabel: opts.Bool(true)}),
		charts.WithXAxisOpts(axis),
		charts.WithYAxisOpts(nameAxis(110)),
	)...)
	bar.SetXAxis(keys).XYReversal()
	bar.AddSeries(p.T("web.issues.count.issues"), data, append(barStyle("way", colourReal), charts.WithSeriesId("way"))...)
	bar.Validate()
	chart.Option = bar.JSON()
	block.Chart = chart
	return block
}

// ageParts are the parts of a bar of the ageing: paces that are the same to whoever looks at what has been left lying.
var ageParts = []struct {
	id, colour string
	paces      []string
}{
	{"in_time", colourReal, []string{string(ledger.OnTime), string(ledger.InTime)}},
	{"due_today", "var(--c-state-none)", []string{string(ledger.DueToday)}},
	{"overdue", "var(--c-state-increased)", []string{string(ledger.Overdue), string(ledger.Late)}},
	{"paused", colourNeutral, []string{string(ledger.Paused), "uncounted"}},
}

// Ageing shows how long open issues have been open, and which of them are over their limits.
func (b IssueCounts) Ageing(rows []queries.IssueCount) Block {
	p := b.p
	block := Block{ID: "issues_age", Title: p.T("web.issues.by.age"), Table: Table{ID: "issues_age", Title: p.T("web.issues.by.age")}}
	t := &block.Table
	t.Columns = []Column{{"key", p.T("web.issues.member.age"), KindText}, {"issues", p.T("web.issues.count.issues"), KindCount}}
	for _, part := range ageParts {
		t.Columns = append(t.Columns, Column{part.id, p.T("web.issues.age." + part.id), KindCount})
	}
	counts := map[string]map[string]uint64{} // by age and pace
	var open, overdue uint64
	for _, r := range rows {
		if counts[r.Key] == nil {
			counts[r.Key] = map[string]uint64{}
		}
		counts[r.Key][r.Second] += r.Issues
		if open += r.Issues; r.Second == string(ledger.Overdue) {
			overdue += r.Issues
		}
	}
	if open == 0 {
		return block
	}
	block.Lead = p.T("web.issues.age.lead", "open", count(open), "overdue", count(overdue))
	chart := &Chart{ID: block.ID, Height: heightFor(len(queries.IssueAges), 40, 76), Names: map[string]string{}, Tips: map[string]Tip{},
		Description: p.T("web.issues.aria.lead", "title", block.Title, "lead", block.Lead)}
	data := make([][]opts.BarData, len(ageParts))
	for _, age := range queries.IssueAges {
		name, address := b.Member("age", age), b.link.to("age", age, "status", queries.StateOpen)
		chart.Names[age] = name
		chart.lead(age, address)
		row, tip, all := []Cell{}, Tip{Title: name}, uint64(0)
		for i, part := range ageParts {
			var n uint64
			for _, pace := range part.paces {
				n += counts[age][pace]
			}
			all += n
			row = append(row, countCell(n))
			tip.Rows = append(tip.Rows, TipLine{Name: p.T("web.issues.age." + part.id), Value: count(n), Mark: part.colour})
			data[i] = append(data[i], opts.BarData{Value: n})
		}
		data[len(data)-1][len(data[0])-1].Label = endLabel(strconv.FormatUint(all, 10), colourQuiet)
		chart.Tips[age] = tip
		t.Rows = append(t.Rows, append([]Cell{textCell(name).to(address), countCell(all).to(address)}, row...))
	}
	axis := valueAxis("")
	axis.Min, axis.MinInterval = 0, 1
	bar := charts.NewBar()
	bar.SetGlobalOptions(append(common(chart.Description, "axis", true),
		charts.WithGridOpts(opts.Grid{Left: "4", Right: "48", Top: "36", Bottom: "4", ContainLabel: opts.Bool(true)}),
		charts.WithXAxisOpts(axis),
		charts.WithYAxisOpts(nameAxis(110)),
	)...)
	bar.SetXAxis(queries.IssueAges).XYReversal()
	for i, part := range ageParts {
		bar.AddSeries(p.T("web.issues.age."+part.id), data[i], append(barStyle("age", part.colour), charts.WithSeriesId(part.id))...)
	}
	bar.Validate()
	chart.Option = bar.JSON()
	block.Chart = chart
	return block
}

// Bureaus shows how bureaus deal with issues: what they received, answered in time, have overdue, how long answers took, what
// was reopened, and the money.
func (b IssueCounts) Bureaus(rows []queries.IssueCount, whole queries.IssueCount) Block {
	p := b.p
	rows = b.Ordered("bureau", rows)
	block := b.By("bureau", rows, whole)
	t := &block.Table
	t.ID = "issues_bureaus"
	t.Columns = []Column{{"key", p.T("web.issues.member.bureau"), KindText}}
	for _, c := range []Column{{"received", "", KindCount}, {"open", "", KindCount}, {"overdue", "", KindCount}, {"answered_in_time", "", KindCount}, {"answered_late", "", KindCount},
		{"in_time", "", KindPercent}, {"median_days", "", KindPoints}, {"reopened", "", KindPercent}, {"closed", "", KindCount}, {"found", "", KindMoney}, {"corrected", "", KindMoney},
		{"exempted", "", KindMoney}, {"outstanding", "", KindMoney}, {"reassessed", "", KindMoney}} {
		c.Title = p.T("web.issues.count." + c.Key)
		t.Columns = append(t.Columns, c)
	}
	cells := func(r queries.IssueCount, address string) []Cell {
		answered, reopened := money.Fen(r.InTime+r.Late), money.Fen(r.Reopened) //nolint:gosec // counts of issues
		days := Cell{Text: NotApplicable}
		if took := r.Median(); took != nil {
			days = textCell(took.String())
		}
		return []Cell{countCell(r.Issues).to(address), countCell(r.Open), countCell(r.Overdue), countCell(r.InTime), countCell(r.Late),
			{Text: inTime(r, p), Raw: plainPercent(money.Fen(r.InTime), answered)}, days, //nolint:gosec // a count of issues
			{Text: percent(p, reopened, money.Fen(r.Issues)), Raw: plainPercent(reopened, money.Fen(r.Issues))}, countCell(r.Closed), //nolint:gosec // a count of issues
			t.Unit.cell(r.Found), t.Unit.cell(r.Corrected), t.Unit.cell(r.Exempted), t.Unit.cell(r.Outstanding), t.Unit.cell(r.Reassessed)}
	}
	t.Rows = nil
	for _, r := range rows {
		address := b.link.to("bureau", r.Key)
		t.Rows = append(t.Rows, append([]Cell{textCell(b.Member("bureau", r.Key)).to(address)}, cells(r, address)...))
	}
	t.Total = append([]Cell{textCell(p.T("web.total"))}, cells(whole, "")...)
	return block
}
