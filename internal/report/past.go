package report

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"jianfu/dashboards"
	"jianfu/internal/filter"
	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// past is what was signed before a report of the same set, scope and comparison: the version that it revises, and the report of
// the months before. Each is nil where there is none.
type past struct{ version, previous *frozen }

// frozen is a report that was signed, as its file has it.
type frozen struct {
	kept   queries.KeptReport
	report Written
	cells  map[place]printed
	hidden map[place]bool // cells that it conceals, with the dimension of their rows for a table; without a column, whole rows
}

// place is a cell by what stands there, not by where: rows and columns come and go.
type place struct{ table, sort, row, column string }

// printed is a cell of a frozen report.
type printed struct {
	text   *string // exact; nil where it is not applicable
	unit   string
	title  string // of the row
	column string // its title
	hidden bool
}

// rowKey names a row: by its member, or by its title where it is a group or the total.
func rowKey(sort, key, title string) string {
	switch sort {
	case totalRow:
		return ""
	case groupRow:
		return title
	}
	return key
}

func (r *Row) place(table string, c Shown) place {
	return place{table, r.Sort, rowKey(r.Sort, r.Key, r.Title), c.Key}
}

// lookBack finds what was signed before. What shows figures about few persons is not compared with what does not.
func lookBack(ctx context.Context, q *queries.Queries, set *Set, v queries.View, r Request) (past, error) {
	list, err := q.Reports(ctx, filter.Everything(), "")
	if err != nil {
		return past{}, err
	}
	var version, previous *queries.KeptReport
	for i := range list { // the latest first
		k := &list[i]
		if k.Set != set.ID || k.Comparison != v.Comparison || k.Few != (r.Decisions == nil) || !slices.Equal(k.Scope, r.Scope.Prefixes()) ||
			k.State != string(Signed) && k.State != string(Sent) {
			continue
		}
		window := period.Range{From: period.Period(k.From), To: period.Period(k.To)}
		switch {
		case window == v.Window:
			version = later(version, k)
		case before(window, v.Window):
			previous = later(previous, k)
		}
	}
	var p past
	if p.version, err = open(ctx, q, version); err != nil {
		return past{}, err
	}
	p.previous, err = open(ctx, q, previous)
	return p, err
}

// before tells whether a report comes before one of a window: of a month, that of an earlier month; of several, one that began
// with the same month and ended earlier.
func before(window, of period.Range) bool {
	if of.From == of.To {
		return window.From == window.To && window.To < of.To
	}
	return window.From == of.From && window.To < of.To
}

// later is the one of two reports of earlier months that comes after the other, and of the same months the later version.
func later(a, b *queries.KeptReport) *queries.KeptReport {
	if a == nil || b.To > a.To || b.To == a.To && b.Version > a.Version {
		return b
	}
	return a
}

// open reads the figures of a frozen report from its file, whatever has become of the run behind them.
func open(ctx context.Context, q *queries.Queries, k *queries.KeptReport) (*frozen, error) {
	if k == nil {
		return nil, nil
	}
	f := &frozen{kept: *k, cells: map[place]printed{}, hidden: map[place]bool{}}
	file, err := keptFile(ctx, q, *k, func(name string) bool { return strings.HasSuffix(name, ".json") && name != changesFile })
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(file.content, &f.report); err != nil {
		return nil, fmt.Errorf("read the figures of report %s: %w", k.ID, err)
	}
	for _, t := range f.report.Tables {
		for _, r := range t.Rows {
			f.row(t, r)
		}
	}
	return f, nil
}

func (f *frozen) row(t WrittenTable, r WrittenRow) {
	shown := 0
	for _, c := range t.Columns {
		text, ok := r.Figures[c.Key]
		if ok {
			shown++
		} else {
			f.hidden[place{t.By, r.Sort, rowKey(r.Sort, r.Key, r.Title), c.Key}] = true
		}
		f.cells[place{t.ID, r.Sort, rowKey(r.Sort, r.Key, r.Title), c.Key}] = printed{text, c.Unit, r.Title, c.Title, !ok}
	}
	if shown == 0 {
		f.hidden[place{table: t.By, sort: r.Sort, row: rowKey(r.Sort, r.Key, r.Title)}] = true
	}
}

// table is a table of a frozen report.
func (f *frozen) table(id string) *WrittenTable {
	if f == nil {
		return nil
	}
	for i := range f.report.Tables {
		if f.report.Tables[i].ID == id {
			return &f.report.Tables[i]
		}
	}
	return nil
}

// before names a report that was signed before; nil where there is none.
func (f *frozen) before(p *i18n.Printer) *Before {
	if f == nil {
		return nil
	}
	return &Before{f.kept.ID, f.kept.Version, dashboards.Window(p, period.Range{From: period.Period(f.kept.From), To: period.Period(f.kept.To)}), f.kept.Run}
}

// merge puts the reasons together that a frozen report does not show apart, where it put some together.
func (f *frozen) merge(rows []queries.ReasonRow) []queries.ReasonRow {
	shown := func(reason string) bool {
		return slices.ContainsFunc(f.report.Tables, func(t WrittenTable) bool {
			return t.By == "reason" && slices.ContainsFunc(t.Rows, func(r WrittenRow) bool { return r.Key == reason })
		})
	}
	if !shown(dashboards.MergedReasons) {
		return rows
	}
	var kept []queries.ReasonRow
	merged := queries.ReasonRow{Reason: dashboards.MergedReasons}
	for _, r := range rows {
		if r.Reason != dashboards.MergedReasons && shown(r.Reason) {
			kept = append(kept, r)
			continue
		}
		merged.Amount, merged.More, merged.Less = merged.Amount+r.Amount, merged.More+r.More, merged.Less+r.Less
	}
	return append(kept, merged)
}

// conceals tells whether a frozen report conceals a figure of a row, by the dimension that it is a member of; "" is the whole row.
func (f *frozen) conceals(by string, l line, figure string) bool {
	return f != nil && f.hidden[place{by, l.sort, rowKey(l.sort, l.key, l.title), figure}]
}

// keptFile reads the file of a report that is meant, and refuses one with any other byte.
func keptFile(ctx context.Context, q *queries.Queries, k queries.KeptReport, meant func(name string) bool) (File, error) {
	i := slices.IndexFunc(k.FileNames, meant)
	if i < 0 {
		return File{}, problem.New("report_unknown", "id", NumberOf(k.ID))
	}
	content, err := q.Attachment(ctx, k.FileHashes[i])
	if err != nil {
		return File{}, err
	}
	f := newFile(k.FileNames[i], content)
	if f.SHA256 != k.FileHashes[i] || uint64(f.Size) != k.FileSizes[i] { //nolint:gosec // a size
		return File{}, problem.New("report_damaged", "file", f.Name)
	}
	return f, nil
}
