package dashboards

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"jianfu/internal/i18n"
	"jianfu/internal/intake"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/queries"
)

// Preview is what a load of a file would find, before anything is stored.
type Preview struct {
	Verdict string
	Good    bool // nothing would be rejected, and nothing is asked
	Facts   []Fact
	Notes   []string
	Asked   []string // what the load would stop at, in words
	Unknown []string // columns that would not be taken in
	Columns Table
	First   Table
	Months  Table // empty of a file without records
	Reasons Table // empty where no line would be rejected
	Rejects Table // the first of them
}

// NewPreview makes the contents.
func NewPreview(v intake.Preview, p *i18n.Printer) *Preview {
	c := &Preview{Good: v.Rejected == 0 && len(v.Asked) == 0, Unknown: v.Unknown}
	c.Verdict = p.T("web.preview.counts", "read", count(v.Read), "acceptable", count(v.Acceptable), "rejected", count(v.Rejected))
	c.Facts = previewFacts(v, p)
	for _, n := range v.Notes {
		c.Notes = append(c.Notes, p.N("load_note."+n.Code, int(n.Lines))) //nolint:gosec // lines of a file
	}
	if v.SameMonths {
		c.Notes = append(c.Notes, p.T("etl.preview.same_months"))
	}
	for _, err := range v.Asked {
		c.Asked = append(c.Asked, p.Error(err))
	}
	c.Columns = previewColumns(v, p)
	c.First = previewLines(v, p)
	c.Months = previewMonths(v, p)
	if len(v.Reasons) > 0 {
		c.Reasons = previewReasons(v, p)
		c.Rejects = Rejects(v.Rejects, p)
		c.Rejects.Title = p.N("web.preview.rejects", len(v.Rejects))
	}
	return c
}

// previewFacts are how the file was read.
func previewFacts(v intake.Preview, p *i18n.Printer) []Fact {
	format := v.Format
	if v.Sheet != "" {
		format = p.T("web.load.format.xlsx", "sheet", v.Sheet)
	}
	facts := []Fact{
		{Name: p.T("web.load.kind"), Value: p.T("etl.kind." + v.Kind)},
		{Name: p.T("web.load.format"), Value: format},
		{Name: p.T("web.load.encoding"), Value: v.Encoding},
		{Name: p.T("web.load.compression"), Value: p.T("web.load.compression." + v.Compression)},
		{Name: p.T("web.preview.header_line"), Value: strconv.FormatUint(v.Found.HeaderLine, 10)},
	}
	if v.Found.Delimiter != "" {
		facts = append(facts, Fact{Name: p.T("web.preview.delimiter"), Value: delimiterText(v.Found.Delimiter, p)})
	}
	if len(v.Found.OtherSheets) > 0 {
		facts = append(facts, Fact{Name: p.T("web.preview.other_sheets"), Value: strings.Join(v.Found.OtherSheets, p.T("web.list_separator"))})
	}
	return facts
}

func delimiterText(delimiter string, p *i18n.Printer) string {
	if delimiter == "\t" {
		return p.T("web.preview.tab")
	}
	return delimiter
}

// previewColumns says what each column is taken for.
func previewColumns(v intake.Preview, p *i18n.Printer) Table {
	t := Table{ID: "columns", Title: p.T("web.preview.columns")}
	t.Columns = []Column{{"name", p.T("web.preview.column.file"), KindText}, {"meaning", p.T("web.preview.column.meaning"), KindText}, {"column", p.T("web.preview.column.id"), KindText}}
	for _, column := range v.Columns {
		t.Rows = append(t.Rows, []Cell{textCell(column.Name), textCell(column.Chinese), textCell(column.Column)})
	}
	return t
}

// previewLines are the first lines as they were understood, in the order of the file.
func previewLines(v intake.Preview, p *i18n.Printer) Table {
	t := Table{ID: "lines", Title: p.T("web.preview.lines"), Columns: []Column{{"line", p.T("web.reject.line"), KindText}}}
	for _, column := range v.Columns {
		t.Columns = append(t.Columns, Column{column.Column, column.Name, KindText})
	}
	for _, line := range v.First {
		row := []Cell{{Text: count(line.Line), Raw: strconv.FormatUint(line.Line, 10)}}
		for _, column := range v.Columns {
			row = append(row, textOrDash(line.Values[column.Column]))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// previewMonths is what each insurance and month adds up to, with the rates of employers, beside the month before in the store.
func previewMonths(v intake.Preview, p *i18n.Printer) Table {
	months := v.Months()
	var most money.Fen
	for _, m := range months {
		most = max(most, largest(m.Base, m.EmployerAmount, m.ReceivedAmount))
	}
	t := Table{ID: "months", Title: p.T("web.preview.months"), Unit: tableUnit(p, most)}
	t.Columns = []Column{{"insurance", p.T("web.column.insurance"), KindText}, {"period", p.T("web.column.period"), KindText}, {"records", p.T("web.preview.records"), KindCount},
		{"base", p.T("web.preview.base"), KindMoney}, {"employer", p.T("web.preview.employer"), KindMoney}, {"employee", p.T("web.preview.employee"), KindMoney},
		{"received", p.T("web.preview.received"), KindMoney}, {"rates", p.T("web.preview.rates"), KindText}}
	line := func(name string, m *intake.Month) {
		t.Rows = append(t.Rows, []Cell{textCell(name), textCell(period.Period(m.Period).String()), countCell(m.Records), t.Unit.cell(m.Base), t.Unit.cell(m.EmployerAmount),
			t.Unit.cell(m.EmployeeAmount), t.Unit.cell(m.ReceivedAmount), textCell(RatesText(m.Rates, shownRates, p))})
	}
	for _, m := range months {
		name := p.T("web.insurance." + m.Insurance)
		line(name, m)
		if m.Before != nil && m.Before.Stored {
			line(p.T("web.preview.before", "insurance", name), m.Before)
		}
	}
	return t
}

// shownRates is how many rates of an insurance and month a page names.
const shownRates = 4

// RatesText names the first of the rates, with their lines.
func RatesText(rates []intake.RateLines, most int, p *i18n.Printer) string {
	var words []string
	for _, r := range rates[:min(len(rates), most)] {
		words = append(words, p.T("etl.preview.rate", "rate", r.Rate.Percent(), "lines", count(r.Lines)))
	}
	if len(rates) > most {
		words = append(words, p.N("web.preview.more_rates", len(rates)-most))
	}
	return strings.Join(words, p.T("web.list_separator"))
}

// previewReasons are why lines would be rejected.
func previewReasons(v intake.Preview, p *i18n.Printer) Table {
	var reasons []queries.RejectReason
	for _, code := range slices.Sorted(maps.Keys(v.Reasons)) {
		reasons = append(reasons, queries.RejectReason{Code: code, Lines: v.Reasons[code]})
	}
	return RejectReasons(reasons, nil, p)
}
