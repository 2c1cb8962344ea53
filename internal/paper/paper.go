// Package paper makes documents of what dashboards says: the report in words with its charts and tables, and the brief on one page.
// It knows neither how sentences are made nor how documents are written; it decides what stands where.
package paper

import (
	"slices"
	"time"

	"jianfu/dashboards"
	"jianfu/internal/chart"
	"jianfu/internal/dimension"
	"jianfu/internal/i18n"
	"jianfu/internal/official"
)

// Frame is what a document has besides its text.
type Frame struct {
	To        string // who it is addressed to
	Signature string
	Date      string
	Author    string
	Made      time.Time // of the figures
}

// Formats are how documents can be written.
var Formats = map[string]func(official.Document) ([]byte, error){"docx": official.DOCX, "html": official.HTML}

// chartWidth is that of a chart, in CSS pixels: as wide as the text.
const chartWidth = 590

// highest are the sections of a report that have a chart, and how high it may be: with its title and the text about it, it should
// fit a page.
var highest = map[string]int{"overall": 330, "regions": 320, "industries": 400}

// columns are those of a report's tables that have room beside each other.
var columns = append(dimension.IDs(dimension.All), "units", "due", "real", "overcharged", "undercharged", "rate")

// Report lays out a report.
func Report(n *dashboards.Narrative, f Frame, draw *chart.Drawer, p *i18n.Printer) (official.Document, error) {
	w := writer{p}
	d := w.document(n.Title, n.Subtitle, f)
	d.To = f.To
	if n.Opening != "" {
		d.Blocks = append(d.Blocks, official.Paragraph{Text: w.set(n.Opening)})
	}
	for _, s := range n.Sections {
		d.Blocks = append(d.Blocks, official.Heading{Level: 1, Text: w.set(s.Title)})
		d.Blocks = append(d.Blocks, w.lines(s.Lines)...)
		if s.Block == nil {
			continue
		}
		// The table comes first: it goes on over the end of a page, which a picture cannot.
		if s.ID != "overall" && s.ID != "reasons" && len(s.Block.Table.Rows) > 0 {
			d.Blocks = append(d.Blocks, w.table(s, n))
		}
		if s.Block.Chart != nil && highest[s.ID] > 0 {
			picture, err := w.picture(s, draw)
			if err != nil {
				return d, err
			}
			d.Blocks = append(d.Blocks, picture)
		}
	}
	if n.Closing != "" {
		d.Blocks = append(d.Blocks, official.Paragraph{Text: n.Closing})
	}
	return d, nil
}

// Brief lays out a brief on one page.
func Brief(b *dashboards.Brief, f Frame, p *i18n.Printer) official.Document {
	w := writer{p}
	d := w.document(b.Title, b.Subtitle, f)
	d.OnePage = true
	part := func(title string, lines []dashboards.Line) {
		if len(lines) > 0 {
			d.Blocks = append(append(d.Blocks, official.Heading{Level: 1, Text: title}), w.lines(lines)...)
		}
	}
	part(p.T("narrative.brief.headline"), []dashboards.Line{{Text: b.Headline}})
	part(p.T("narrative.brief.findings"), w.points(b.Findings))
	var risks []string
	for _, risk := range b.Risks {
		risks = append(risks, risk.Text+risk.Lead)
	}
	part(p.T("narrative.brief.risks"), w.points(risks))
	part(p.T("narrative.brief.asks"), w.points(b.Asks))
	return d
}

type writer struct{ p *i18n.Printer }

// set writes a text as documents of the language do.
func (w writer) set(text string) string {
	if w.p.Language() == i18n.Chinese {
		return official.Set(text)
	}
	return text
}

func (w writer) document(title, subtitle string, f Frame) official.Document {
	return official.Document{Language: w.p.Language(), Title: w.set(title), Subtitle: w.set(subtitle), Signature: f.Signature, Date: f.Date, Author: f.Author, Made: f.Made}
}

func (w writer) lines(lines []dashboards.Line) (blocks []official.Block) {
	for _, l := range lines {
		blocks = append(blocks, official.Paragraph{Lead: w.set(l.Lead), Text: w.set(l.Text)})
	}
	return blocks
}

// points puts 一是, 二是 before sentences; one alone needs none.
func (w writer) points(texts []string) (lines []dashboards.Line) {
	for i, text := range texts {
		lead := ""
		if len(texts) > 1 {
			lead = w.p.T("narrative.point." + string(rune('1'+i)))
		}
		lines = append(lines, dashboards.Line{Lead: lead, Text: text})
	}
	return lines
}

func (w writer) picture(s dashboards.Section, draw *chart.Drawer) (official.Picture, error) {
	b := s.Block
	height := min(b.Chart.Height, highest[s.ID])
	p, err := draw.Draw(b.Chart, chartWidth, height)
	picture := official.Picture{Title: w.p.T("narrative.figure." + s.ID), Alternative: b.Chart.Description, SVG: p.SVG, PNG: p.PNG, Width: p.Width, Height: p.Height}
	if b.Chart.Unit.Name != "" {
		picture.Note = w.p.T("narrative.chart.unit", "unit", b.Chart.Unit.Name)
	}
	return picture, err
}

// table is a block's table with the columns that a sheet has room for.
func (w writer) table(s dashboards.Section, n *dashboards.Narrative) official.Table {
	b := s.Block
	t := official.Table{Title: w.p.T("narrative.table." + s.ID), Right: w.p.T("narrative.table.unit", "unit", b.Table.Unit.Name)}
	var kept []int
	for i, c := range b.Table.Columns {
		if slices.Contains(columns, c.Key) {
			kept = append(kept, i)
			column := official.Column{Title: c.Title, Weight: 3, Figure: true}
			if c.Kind == dashboards.KindText {
				column.Weight, column.Figure = 8, false
			}
			t.Columns = append(t.Columns, column)
		}
	}
	row := func(cells []dashboards.Cell, total bool) {
		r := official.Row{Total: total}
		for _, i := range kept {
			r.Cells = append(r.Cells, cells[i].Shown())
		}
		t.Rows = append(t.Rows, r)
	}
	if len(b.Table.Total) > 0 {
		row(b.Table.Total, true)
	}
	for _, cells := range b.Table.Rows {
		row(cells, false)
	}
	t.Notes = []string{w.set(n.Note)}
	if slices.ContainsFunc(t.Rows, func(r official.Row) bool { return slices.Contains(r.Cells, dashboards.Concealed) }) {
		t.Notes = append(t.Notes, w.set(n.Hidden))
	}
	return t
}
