package report

import (
	"slices"
	"strings"
	"time"

	"jianfu/dashboards"
	"jianfu/internal/i18n"
	"jianfu/queries"
)

// against says what reductions are measured against, in this report: the comparison, what it counts, and what it does not.
func (r *Report) against() string {
	if r.Head.Says != "" {
		return r.Head.Says
	}
	counted := r.p.T("report.nothing")
	if titles := titlesOf(r.Head.Comparison.Measures); len(titles) > 0 {
		counted = strings.Join(titles, r.p.T("report.and"))
	}
	if len(r.Head.Against) == 0 {
		return r.p.T("report.against", "comparison", r.Head.Comparison.Title, "counted", counted)
	}
	return r.p.T("report.against_but", "comparison", r.Head.Comparison.Title, "counted", counted, "not", strings.Join(r.Head.Against, r.p.T("report.and")))
}

func titlesOf(measures []queries.MeasureRow) (titles []string) {
	for _, m := range measures {
		titles = append(titles, m.Title)
	}
	return titles
}

// stamp says where the figures are from: a run, or the packages that they are the sum of.
func (r *Report) stamp() string {
	if r.Head.Summed > 0 {
		return r.p.N("report.stamp_summed", r.Head.Summed, "at", dashboards.Moment(r.Head.At))
	}
	return r.p.T("report.stamp", "run", r.Head.Run, "at", dashboards.Moment(r.Head.ComputedAt))
}

// sign stands in the place of a figure.
func (r *Report) sign(v value) string {
	switch {
	case v.hidden:
		return dashboards.Concealed
	case v.apart:
		return r.p.T("report.not_summed")
	}
	return dashboards.NotApplicable
}

// note is a line below a table.
type note struct {
	text    string
	warning bool
}

// leftOut says what of the report's months is in no sum.
func (h *Head) leftOut(p *i18n.Printer) string {
	return p.T("report.note.left_out", "records", h.Uncovered, "units", h.LeftOut)
}

// ofAllLoads says what of all that was loaded, of whatever month, was rejected or estimated.
func (h *Head) ofAllLoads(p *i18n.Printer) string {
	return p.T("report.note.data", "rejected", h.Rejected, "estimates", h.Estimates)
}

// notes stand below a table: what its signs mean, what of the data is not in it, and which checks are waived.
func (r *Report) notes(t *Table) (all []note) {
	if hidden := t.any(func(v value) bool { return v.hidden }); hidden && r.Head.Summed > 0 {
		all = append(all, note{text: r.p.T("report.note.hidden_part", "sign", dashboards.Concealed)})
	} else if hidden {
		all = append(all, note{text: r.p.T("report.note.hidden", "sign", dashboards.Concealed, "least", r.Least)})
	}
	if t.any(func(v value) bool { return v.none }) {
		all = append(all, note{text: r.p.T("report.note.none", "sign", dashboards.NotApplicable)})
	}
	if t.any(func(v value) bool { return v.apart }) {
		all = append(all, note{text: r.p.T("report.note.not_summed", "sign", r.p.T("report.not_summed"))})
	}
	if families[t.Definition.Rows.By] == typical && r.Least > 0 {
		all = append(all, note{text: r.p.T("report.note.units")})
	}
	h := r.Head
	if t.ComparedWith != "" {
		all = append(all, note{text: r.previous()})
	}
	if h.Revises != nil {
		all = append(all, note{text: r.version()})
	}
	for _, text := range h.Remarks {
		all = append(all, note{text: text, warning: true})
	}
	if h.Uncovered > 0 {
		all = append(all, note{text: h.leftOut(r.p)})
	}
	if h.Rejected+h.Estimates > 0 {
		all = append(all, note{text: h.ofAllLoads(r.p)})
	}
	for _, o := range r.Checks {
		if o.Waiver != nil && (o.Table == t.ID || o.Check == LoadsCheck || r.names(t, o)) {
			all = append(all, note{r.p.T("report.note.waiver", "check", r.title(o), "reason", o.Waiver.Reason, "by", o.Waiver.Who()), true})
		}
	}
	return all
}

// names tells whether a check compares another table with this one.
func (r *Report) names(t *Table, o Outcome) bool {
	return slices.ContainsFunc(r.Tables, func(other *Table) bool {
		return other.ID == o.Table && slices.ContainsFunc(other.Checks, func(c Check) bool {
			return other.ID+"/"+c.ID == o.Check && c.SameAs != nil && c.SameAs.Table == t.ID
		})
	})
}

func (t *Table) any(is func(v value) bool) bool {
	return slices.ContainsFunc(t.Rows, func(r Row) bool { return slices.ContainsFunc(r.Cells, is) })
}

// title is a check in words.
func (r *Report) title(o Outcome) string {
	if o.Table == "" {
		return r.p.T("report.check." + o.Check)
	}
	for _, t := range r.Tables {
		if t.ID == o.Table {
			return t.Number + " " + o.Title
		}
	}
	return o.Title
}

// signatures is the foot of a table, to be signed.
func (r *Report) signatures() string {
	by := r.Head.PreparedBy
	if by == "" {
		by = r.p.T("report.blank")
	}
	return r.p.T("report.signatures", "blank", r.p.T("report.blank"), "by", by, "date", day(r.Head.At))
}

// day is the day of a moment, in Beijing.
func day(at time.Time) string { return dashboards.Moment(at)[:len(time.DateOnly)] }

// Words is a failed check as the command line lists it, in a reader's own language.
func (d Difference) Words(t func(key string, namesAndValues ...any) string) string {
	if d.Cell == "" {
		return t("report.check.loads." + d.Title)
	}
	if d.Says == "" && d.Should == "" { // see concealDifferences
		return t("report.check.differs_here", "cell", d.Cell, "row", d.Row, "column", d.Column)
	}
	return t("report.check.differs", "cell", d.Cell, "row", d.Row, "column", d.Column, "says", d.Says, "should", d.Should)
}

// remark is what is printed of a failed check: why it is waived, and the cells.
func (r *Report) remark(o Outcome) string {
	var all []string
	if o.Waiver != nil {
		all = append(all, r.p.T("report.note.waiver", "check", r.title(o), "reason", o.Waiver.Reason, "by", o.Waiver.Who()))
	}
	for i, d := range o.Differences {
		if i == mostDifferences {
			all = append(all, r.p.N("report.check.more", len(o.Differences)-i))
			break
		}
		all = append(all, d.Words(r.p.T))
	}
	return strings.Join(all, "\n")
}

// version says which version it is, and of what.
func (r *Report) version() string {
	if b := r.Head.Revises; b != nil {
		return r.p.T("report.version.revised", "version", r.Head.Version, "before", b.Version, "number", NumberOf(b.ID), "run", b.Run)
	}
	return r.p.T("report.version.first")
}

// previous names the report that columns are compared with.
func (r *Report) previous() string {
	if b := r.Head.Previous; b != nil {
		return r.p.T("report.previous", "period", b.Period, "version", b.Version, "number", NumberOf(b.ID))
	}
	return r.p.T("report.previous.none")
}

// about says what the report is of.
func (r *Report) about() [][2]string {
	p, h := r.p, r.Head
	all := [][2]string{
		{p.T("report.about.organisation"), h.Organisation},
		{p.T("report.about.period"), h.Period},
		{p.T("report.about.comparison"), r.against()},
		{p.T("report.about.version"), r.version()},
		{p.T("report.about.previous"), r.previous()},
		{p.T("report.about.run"), r.stamp()},
		{p.T("report.about.pack"), h.Pack},
		{p.T("report.about.left_out"), h.leftOut(p)},
		{p.T("report.about.by"), h.PreparedBy},
		{p.T("report.about.at"), dashboards.Moment(h.At)},
	}
	if h.Rejected+h.Estimates > 0 {
		all = append(all, [2]string{p.T("report.about.data"), h.ofAllLoads(p)})
	}
	return all
}
