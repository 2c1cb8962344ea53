package dashboards

import (
	"cmp"
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"jianfu/internal/i18n"
	"jianfu/internal/ledger"
	"jianfu/internal/money"
	"jianfu/queries"
)

// IssueCounts makes the blocks of the statistics of issues.
type IssueCounts struct {
	p     *i18n.Printer
	names Names
	who   func(account string) string
	link  Linker
}

// NewIssueCounts makes blocks; accounts are the names of accounts. Links are of a dimension of queries.IssueDimensions and a
// member, and of states ("status").
func NewIssueCounts(accounts map[string]string, link Linker, p *i18n.Printer) IssueCounts {
	b := issueBuilder{IssueView{Names: accounts}, p, NewNames(p), link}
	return IssueCounts{p, b.names, b.who, link}
}

// Member names a member of a dimension.
func (b IssueCounts) Member(dimension, key string) string {
	switch dimension {
	case "region":
		return b.names.Region(key)
	case "bureau":
		return b.names.Bureau(key)
	case "industry":
		return b.names.Industry(key)
	case "owner", "handler":
		if key == "" {
			return b.p.T("web.issues.nobody")
		}
		return b.who(key)
	case "reason":
		if key == "" {
			return b.p.T("web.issues.no_money")
		}
	case "source", "nature", "category", "severity", "state":
		return b.names.Word("issue_" + dimension)(key)
	case "age":
		return b.names.Word("issue_age")(key)
	}
	return b.names.Word(dimension)(key)
}

// columnsOfCounts are those of every table of counts.
var columnsOfCounts = []struct {
	key  string
	kind Kind
}{
	{"issues", KindCount}, {"open", KindCount}, {"overdue", KindCount}, {"in_time", KindPercent}, {"found", KindMoney}, {"corrected", KindMoney},
	{"exempted", KindMoney}, {"outstanding", KindMoney}, {"reassessed", KindMoney},
}

// table lists the members with what their issues come to, and checks that they add up to the whole.
func (b IssueCounts) table(id, dimension string, rows []queries.IssueCount, whole queries.IssueCount) Table {
	p := b.p
	var most money.Fen
	for _, r := range rows {
		most = max(most, abs(r.Found))
	}
	t := Table{ID: id, Title: p.T("web.issues.by." + dimension), Unit: tableUnit(p, most), Sums: CheckEqual}
	t.Columns = []Column{{"key", p.T("web.issues.member." + dimension), KindText}}
	for _, c := range columnsOfCounts {
		t.Columns = append(t.Columns, Column{c.key, p.T("web.issues.count." + c.key), c.kind})
	}
	var sum queries.IssueCount
	for _, r := range rows {
		row := b.cells(r, t.Unit, b.link.to(dimension, r.Key))
		t.Rows = append(t.Rows, append([]Cell{textCell(b.Member(dimension, r.Key)).to(b.link.to(dimension, r.Key))}, row...))
		sum.Issues, sum.Found, sum.Corrected = sum.Issues+r.Issues, sum.Found+r.Found, sum.Corrected+r.Corrected
		sum.Exempted, sum.Outstanding, sum.Reassessed = sum.Exempted+r.Exempted, sum.Outstanding+r.Outstanding, sum.Reassessed+r.Reassessed
	}
	t.Total = append([]Cell{textCell(p.T("web.total"))}, b.cells(whole, t.Unit, "")...)
	if sum.Issues != whole.Issues || sumsOf(sum) != sumsOf(whole) || !sumsOf(whole).Balanced() {
		t.Sums = CheckWrong
	}
	return t
}

// sumsOf is the money that issues are about.
func sumsOf(c queries.IssueCount) ledger.Sums {
	return ledger.Sums{Found: c.Found, Corrected: c.Corrected, Exempted: c.Exempted, Outstanding: c.Outstanding, Reassessed: c.Reassessed}
}

// cells are the figures of a row; the first leads to the issues.
func (b IssueCounts) cells(r queries.IssueCount, unit Unit, address string) []Cell {
	share := textCell(inTime(r, b.p))
	share.Raw = plainPercent(money.Fen(r.InTime), money.Fen(r.InTime+r.Late)) //nolint:gosec // counts of issues
	return []Cell{countCell(r.Issues).to(address), countCell(r.Open), countCell(r.Overdue), share, unit.cell(r.Found), unit.cell(r.Corrected), unit.cell(r.Exempted), unit.cell(r.Outstanding),
		unit.cell(r.Reassessed)}
}

// Ordered are members as they are shown: words in the order of their list, others by their issues, the most first.
func (b IssueCounts) Ordered(dimension string, rows []queries.IssueCount) []queries.IssueCount {
	lists := map[string][]string{"age": queries.IssueAges, "source": wordsOf(ledger.Sources), "category": wordsOf(ledger.Categories), "state": wordsOf(ledger.States)}
	list, fixed := lists[dimension]
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(x, y queries.IssueCount) int {
		if fixed {
			return cmp.Compare(slices.Index(list, x.Key), slices.Index(list, y.Key))
		}
		return cmp.Or(cmp.Compare(y.Issues, x.Issues), cmp.Compare(x.Key, y.Key))
	})
	return rows
}

func wordsOf[T ~string](list []T) []string {
	all := make([]string, len(list))
	for i, word := range list {
		all[i] = string(word)
	}
	return all
}

// By shows a dimension by the number of its issues, those that are still open first.
func (b IssueCounts) By(dimension string, rows []queries.IssueCount, whole queries.IssueCount) Block {
	rows = b.Ordered(dimension, rows)
	return b.bars(dimension, rows, b.table("issues_"+dimension, dimension, rows, whole), Unit{}, [2]countedSeries{
		{"open", colourShortfall, func(r queries.IssueCount) int64 { return int64(r.Open) }},       //nolint:gosec // a count
		{"done", colourReal, func(r queries.IssueCount) int64 { return int64(r.Issues - r.Open) }}, //nolint:gosec // a count
	}, func(r queries.IssueCount) string { return count(r.Issues) })
}

// Money shows a dimension by the money that its issues are about: what came back or was exempted, and what is outstanding.
func (b IssueCounts) Money(dimension string, rows []queries.IssueCount, whole queries.IssueCount) Block {
	rows = b.Ordered(dimension, rows)
	var most money.Fen
	for _, r := range rows {
		most = max(most, r.Found)
	}
	unit := chartUnit(b.p, most)
	return b.bars(dimension, rows, b.table("issues_"+dimension, dimension, rows, whole), unit, [2]countedSeries{
		{"outstanding", colourShortfall, func(r queries.IssueCount) int64 { return fen(max(0, r.Outstanding)) }},
		{"corrected", colourReal, func(r queries.IssueCount) int64 { return fen(max(0, r.Corrected+r.Exempted)) }},
	}, func(r queries.IssueCount) string {
		return b.p.T("web.issues.bar", "amount", unit.Text(r.Found), "count", count(r.Issues))
	})
}

// countedSeries is one of the two parts of a bar.
type countedSeries struct {
	id, colour string
	value      func(queries.IssueCount) int64
}

// notTooThick keeps a few bars from filling a card.
func notTooThick(s *charts.SingleSeries) { s.BarMaxWidth = "24" }

// mostBars is how many members a chart shows; its table has them all.
const mostBars = 15

func (b IssueCounts) bars(dimension string, rows []queries.IssueCount, table Table, unit Unit, series [2]countedSeries, label func(queries.IssueCount) string) Block {
	p := b.p
	block := Block{ID: "issues_" + dimension, Title: p.T("web.issues.by." + dimension), Table: table}
	if len(rows) == 0 {
		return block
	}
	if len(rows) > mostBars {
		block.Note = p.T("web.issues.first_bars", "most", mostBars, "count", len(rows))
		rows = rows[:mostBars]
	}
	chart := &Chart{ID: block.ID, Unit: unit, Height: heightFor(len(rows), 30, 76), Names: map[string]string{}, Tips: map[string]Tip{},
		Description: p.T("web.issues.aria", "title", block.Title, "count", len(rows))}
	var keys []string
	data := make([][]opts.BarData, len(series))
	for _, r := range rows {
		key := cmp.Or(r.Key, "-")
		keys, chart.Names[key] = append(keys, key), b.Member(dimension, r.Key)
		chart.Tips[key] = b.tip(chart.Names[key], r)
		chart.lead(key, b.link.to(dimension, r.Key))
		for i, s := range series {
			item := opts.BarData{Value: s.value(r)}
			if i == len(series)-1 {
				item.Label = endLabel(label(r), colourQuiet)
			}
			data[i] = append(data[i], item)
		}
	}
	axis := valueAxis(fnMoney)
	if unit.Divisor == 0 {
		axis = valueAxis("")
		axis.MinInterval = 1
	}
	axis.Min = 0
	bar := charts.NewBar()
	bar.SetGlobalOptions(append(common(chart.Description, "axis", true),
		charts.WithGridOpts(opts.Grid{Left: "4", Right: "110", Top: "36", Bottom: "4", ContainLabel: opts.Bool(true)}),
		charts.WithXAxisOpts(axis),
		charts.WithYAxisOpts(nameAxis(150)),
	)...)
	bar.SetXAxis(keys).XYReversal()
	for i, s := range series {
		bar.AddSeries(p.T("web.issues.series."+s.id), data[i], append(barStyle("issues", s.colour), charts.WithSeriesId(s.id), notTooThick)...)
	}
	bar.Validate()
	chart.Option = bar.JSON()
	block.Chart = chart
	return block
}

// tip says what a member's issues come to.
func (b IssueCounts) tip(title string, r queries.IssueCount) Tip {
	p, unit := b.p, figureUnit(b.p, r.Found)
	return Tip{Title: title, Unit: unit.Name, Rows: []TipLine{
		{Name: p.T("web.issues.count.issues"), Value: count(r.Issues)},
		{Name: p.T("web.issues.count.open"), Value: count(r.Open)},
		{Name: p.T("web.issues.count.overdue"), Value: count(r.Overdue)},
		{Name: p.T("web.issues.count.found"), Value: unit.Text(r.Found)},
		{Name: p.T("web.issues.count.corrected"), Value: unit.Text(r.Corrected), Mark: colourReal},
		{Name: p.T("web.issues.count.outstanding"), Value: unit.Text(r.Outstanding), Mark: colourShortfall},
	}}
}
