package report

import (
	"encoding/json"
	"io"

	"github.com/xuri/excelize/v2"

	"jianfu/dashboards"
	"jianfu/internal/tabular"
)

// write writes the difference table for programs.
func (c *Changes) write(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", " ")
	return encoder.Encode(c)
}

// heads are the columns of the difference table.
func (r *Report) heads() []string {
	p := r.p
	all := []string{p.T("report.number_of"), p.T("report.changes.cell"), p.T("report.row"), p.T("report.changes.figure"), p.T("report.about.unit"),
		p.T("report.changes.before", "version", r.Head.Revises.Version), p.T("report.changes.after", "version", r.Head.Version), p.T("report.changes.difference")}
	for _, cause := range r.Changes.Causes {
		all = append(all, p.T("report.cause."+cause))
	}
	return all
}

// wordsBefore is how many columns of the difference table stand before its figures.
const wordsBefore = 5

// texts are a line of the difference table.
func (c *Changes) texts(cell Change) []string {
	or := func(text *string) string {
		if text == nil {
			return dashboards.NotApplicable
		}
		return *text
	}
	all := []string{cell.Number, cell.Cell, cell.Row, cell.Column, cell.Unit, or(cell.Then), or(cell.Now), or(cell.Difference)}
	for _, cause := range c.Causes {
		all = append(all, cell.Of(cause))
	}
	return all
}

// writeChanges writes the difference table as CSV; figures are exact.
func (r *Report) writeChanges(w io.Writer) error {
	p, h := r.p, r.Head
	mark := []tabular.Line{
		{Name: p.T("report.about.title"), Value: p.T("report.changes.title")}, {Name: p.T("report.about.organisation"), Value: h.Organisation},
		{Name: p.T("report.about.period"), Value: h.Period}, {Name: p.T("report.about.version"), Value: r.version()}, {Name: p.T("report.about.note"), Value: p.T("report.changes.note")},
	}
	table, err := tabular.NewMarkedTable(w, "csv", tabular.Book{Mark: mark}, r.heads())
	if err != nil {
		return err
	}
	for _, cell := range r.Changes.Cells {
		var values []any
		for i, text := range r.Changes.texts(cell) {
			if i < wordsBefore {
				values = append(values, text)
			} else {
				values = append(values, tabular.Number(text))
			}
		}
		if err := table.Row(values...); err != nil {
			return err
		}
	}
	return table.Close()
}

// changes is the sheet of what the version before showed otherwise.
func (b *workbook) changes(c *Changes) {
	p := b.report.p
	sheet := p.T("report.sheet.changes")
	_, err := b.NewSheet(sheet)
	b.try(err)
	heads := b.report.heads()
	for i := range heads {
		name, err := excelize.ColumnNumberToName(i + 1)
		b.try(err)
		width := 16.0
		if i == 2 || i == 3 {
			width = titleWidth
		}
		b.try(b.SetColWidth(sheet, name, name, width))
	}
	b.across(sheet, titleLine, 1, len(heads), p.T("report.changes.title"), "heading", 150)
	b.across(sheet, 2, 1, len(heads), b.report.version(), "note", 150)
	b.across(sheet, 3, 1, len(heads), p.T("report.changes.note"), "note", 150)
	b.line(sheet, 4, "column", heads...)
	for i, cell := range c.Cells {
		shown := Shown{Unit: cell.Unit, Decimals: digitsOf(cell.Unit), figure: figure{kind: kindOf(cell.Unit)}}
		if shown.figure.kind == share {
			shown.Decimals = decimals(Column{Unit: cell.Unit})
		}
		for n, text := range c.texts(cell) {
			if n < wordsBefore {
				b.put(sheet, n+1, i+5, text, "member")
				continue
			}
			name, err := excelize.CoordinatesToCellName(n+1, i+5)
			b.try(err)
			b.try(b.SetCellStyle(sheet, name, name, b.number(shown, memberRow)))
			if number, ok := whole(text, cell.Unit); ok && text != "" {
				b.figure(sheet, name, shown, value{n: number, of: hundredPercent})
			} else if text != "" {
				b.try(b.SetCellStr(sheet, name, text))
			}
		}
	}
	b.try(b.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: 4, TopLeftCell: "A5", ActivePane: "bottomLeft"}))
	b.paper(sheet, 4)
}

// kindOf is what a unit is a number of.
func kindOf(unit string) kind {
	for k, units := range unitsOf {
		for _, u := range units {
			if u == unit {
				return k
			}
		}
	}
	return cases
}
