package dashboards

import (
	"strconv"
	"strings"
	"time"

	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/queries"
)

// Reconciliation is how lines and amounts go from the files to the figures, step by step, and whether all of it is equal.
type Reconciliation struct {
	Good    bool
	Verdict string
	Waiting string // loads that nobody has computed yet, in words
	Table   Table
}

// NewReconciliation makes the steps.
func NewReconciliation(r queries.Reconciliation, p *i18n.Printer) *Reconciliation {
	t := Table{ID: "reconciliation", Title: p.T("web.reconciliation")}
	t.Columns = []Column{{"step", p.T("web.reconciliation.step"), KindText}, {"left", p.T("web.reconciliation.left"), KindText}, {"right", p.T("web.reconciliation.right"), KindText}, {"verdict", p.T("web.reconciliation.verdict"), KindText}}
	step := func(id, left, right string, equal bool) {
		verdict := Cell{Text: "✓ " + p.T("web.reconciliation.equal"), Raw: "equal", Tone: ToneReduction}
		if !equal {
			verdict = Cell{Text: "✗ " + p.T("web.reconciliation.unequal"), Raw: "unequal", Tone: ToneIncrease}
		}
		t.Rows = append(t.Rows, []Cell{textCell(p.T("web.reconciliation." + id)), textCell(left), textCell(right), verdict})
	}
	step("lines", p.T("web.reconciliation.lines.left", "read", count(r.Read), "loads", r.Loads),
		p.T("web.reconciliation.lines.right", "accepted", count(r.Accepted), "rejected", count(r.Rejected), "unchanged", count(r.Unchanged)), r.LinesAddUp())
	if r.Run > 0 {
		step("records", recordsText(r, p),
			p.T("web.reconciliation.records.right", "burdens", count(r.Burdens.Records), "uncovered", count(r.Uncovered.Records)), r.RecordsAddUp())
		step("amounts", p.T("web.reconciliation.amounts.left", "amount", exact(r.LivePayable())),
			p.T("web.reconciliation.amounts.right", "burdens", exact(r.Burdens.Charged), "uncovered", exact(r.Uncovered.Charged)), r.AmountsAddUp())
		step("tables", p.T("web.reconciliation.tables.left", "amount", exact(r.Burdens.Charged)),
			p.T("web.reconciliation.tables.right", "months", exact(r.UnitMonths.Charged), "cells", exact(r.Cells.Charged)), r.TablesAddUp())
	}
	c := &Reconciliation{Good: r.Good(), Table: t}
	switch {
	case r.Good() && r.Run > 0:
		c.Verdict = p.T("web.reconciliation.good", "read", count(r.Read), "live", count(r.Live()), "amount", exact(r.LivePayable()), "run", r.Run)
	case r.Good():
		c.Verdict = p.T("web.reconciliation.good_lines", "read", count(r.Read))
	case r.MonthsBehind && r.LinesAddUp() && r.TablesAddUp():
		c.Verdict = p.T("web.reconciliation.behind", "run", r.Run)
	default:
		c.Verdict = p.T("web.reconciliation.bad")
	}
	var waiting []string
	if len(r.Waiting) > 0 {
		waiting = append(waiting, p.N("web.reconciliation.waiting", len(r.Waiting)))
	}
	if len(r.Withdrawn) > 0 {
		waiting = append(waiting, p.N("web.reconciliation.withdrawn", len(r.Withdrawn)))
	}
	c.Waiting = strings.Join(waiting, " ")
	return c
}

// Loads is the table of loads, in the order given. Links are of a load ("load").
func Loads(loads []queries.LoadEntry, whole bool, link Linker, p *i18n.Printer) Table {
	var most money.Fen
	for _, l := range loads {
		most = max(most, largest(l.Payable, l.Received))
	}
	t := Table{ID: "loads", Title: p.T("web.loads"), Unit: tableUnit(p, most)}
	t.Columns = []Column{{"load", p.T("web.load"), KindText}, {"file", p.T("web.load.file"), KindText}, {"kind", p.T("web.load.kind"), KindText}, {"loaded_at", p.T("web.load.finished_at"), KindText}}
	if whole {
		t.Columns = append(t.Columns, Column{"read", p.T("web.load.read"), KindCount})
	}
	t.Columns = append(t.Columns, Column{"accepted", p.T("web.load.accepted"), KindCount}, Column{"rejected", p.T("web.load.rejected"), KindCount})
	if whole {
		t.Columns = append(t.Columns, Column{"unchanged", p.T("web.load.unchanged"), KindCount}, Column{"replaced", p.T("web.load.replaced"), KindCount})
	}
	t.Columns = append(t.Columns, Column{"payable", p.T("web.load.payable"), KindMoney}, Column{"received", p.T("web.load.received"), KindMoney},
		Column{"periods", p.T("web.load.periods"), KindText}, Column{"encoding", p.T("web.load.encoding"), KindText}, Column{"used", p.T("web.load.used"), KindText})
	for _, l := range loads {
		rejected := countCell(l.Rejected)
		if l.Rejected > 0 {
			rejected.Tone = ToneIncrease
		}
		number := strconv.FormatUint(uint64(l.ID), 10)
		row := []Cell{textCell(p.T("web.load.number", "load", l.ID)).to(link.to("load", number)), textCell(l.File), textCell(p.T("etl.kind." + l.Kind)),
			{Text: Moment(l.FinishedAt), Raw: l.FinishedAt.UTC().Format(time.RFC3339)}}
		if whole {
			row = append(row, countCell(l.Read))
		}
		row = append(row, countCell(l.Accepted), rejected)
		if whole {
			row = append(row, countCell(l.Unchanged), countCell(l.Replaced))
		}
		row = append(row, t.Unit.cell(l.Payable), t.Unit.cell(l.Received), textCell(MonthsText(p, l.Periods)), textCell(l.Encoding), textCell(usedText(p, l)))
		t.Rows = append(t.Rows, row)
	}
	return t
}

// recordsText says how many records the files of a run have left standing.
func recordsText(r queries.Reconciliation, p *i18n.Printer) string {
	if r.Back > 0 {
		return p.T("web.reconciliation.records.left.back", "records", count(r.Records), "replaced", count(r.Replaced), "back", count(r.Back), "live", count(r.Live()))
	}
	return p.T("web.reconciliation.records.left", "records", count(r.Records), "replaced", count(r.Replaced), "live", count(r.Live()))
}

// WithdrawnText says by whom, when and why a load was withdrawn; "" for one that counts.
func WithdrawnText(l queries.LoadEntry, p *i18n.Printer) string {
	if l.Withdrawn == nil {
		return ""
	}
	return p.T("web.load.withdrawn", "at", Moment(l.Withdrawn.At), "by", NewNames(p).Actor(l.Withdrawn.Account), "reason", l.Withdrawn.Reason)
}

func usedText(p *i18n.Printer, l queries.LoadEntry) string {
	switch {
	case l.Withdrawn != nil && l.Used:
		return p.T("web.load.used.withdrawn_pending")
	case l.Withdrawn != nil:
		return p.T("web.load.used.withdrawn")
	}
	if l.Used {
		return p.T("web.load.used.yes")
	}
	return p.T("web.load.used.no")
}

// LoadFacts are the particulars of one load, as far as the reader sees the store.
func LoadFacts(l queries.LoadEntry, p *i18n.Printer) []Fact {
	facts := []Fact{
		{Name: p.T("web.load.kind"), Value: p.T("etl.kind." + l.Kind)},
		{Name: p.T("web.load.finished_at"), Value: Moment(l.FinishedAt)},
		{Name: p.T("web.load.used"), Value: usedText(p, l)},
		{Name: p.T("web.load.format"), Value: loadFormat(l, p)},
		{Name: p.T("web.load.encoding"), Value: l.Encoding},
		{Name: p.T("web.load.compression"), Value: p.T("web.load.compression." + l.Compression)},
		{Name: p.T("web.load.periods"), Value: MonthsText(p, l.Periods)},
	}
	if !l.Part {
		facts = append(facts, Fact{Name: p.T("web.load.took"), Value: took(p, l.FinishedAt.Sub(l.StartedAt))},
			Fact{Name: p.T("web.load.bytes"), Value: Grouped(strconv.FormatUint(l.Bytes, 10))}, Fact{Name: p.T("web.load.hash"), Value: l.Hash})
	}
	if l.Kind == "contributions" {
		facts = append(facts, Fact{Name: p.T("web.load.payable"), Value: p.T("web.amount.yuan", "amount", exact(l.Payable))}, Fact{Name: p.T("web.load.received"), Value: p.T("web.amount.yuan", "amount", exact(l.Received))})
	}
	return facts
}

// loadFormat is how a file was written.
func loadFormat(l queries.LoadEntry, p *i18n.Printer) string {
	if l.Sheet != "" {
		return p.T("web.load.format.xlsx", "sheet", l.Sheet)
	}
	return l.Format
}

// RejectReasons is the table of the reasons of rejected lines. Links are of a reason ("code").
func RejectReasons(reasons []queries.RejectReason, link Linker, p *i18n.Printer) Table {
	t := Table{ID: "reasons", Title: p.T("web.block.reject_reasons")}
	t.Columns = []Column{{"code", p.T("web.column.code"), KindCode}, {"reason", p.T("web.column.reason"), KindText}, {"lines", p.T("web.load.lines"), KindCount}}
	var sum uint64
	for _, r := range reasons {
		t.Rows = append(t.Rows, []Cell{textCell(r.Code), textCell(RejectName(p, r.Code)).to(link.to("code", r.Code)), countCell(r.Lines)})
		sum += r.Lines
	}
	if len(t.Rows) > 0 {
		t.Total = []Cell{textCell(""), textCell(p.T("web.total")), countCell(sum)} // codes are for downloads alone
	}
	return t
}

// RejectName names the reason of a reject without the values of one line.
func RejectName(p *i18n.Printer, code string) string {
	if p.Has("web.reject." + code) {
		return p.T("web.reject." + code)
	}
	return p.T("reject." + code)
}

// Rejects is the table of rejected lines.
func Rejects(lines []queries.Reject, p *i18n.Printer) Table {
	t := Table{ID: "rejects", Title: p.T("web.block.rejects")}
	t.Columns = RejectColumns(p)
	for i := range lines {
		r := &lines[i]
		t.Rows = append(t.Rows, []Cell{{Text: count(r.Line), Raw: strconv.FormatUint(r.Line, 10)}, textOrDash(r.Column), textOrDash(r.Value), textCell(RejectReason(p, r)), textOrDash(r.Raw)})
	}
	return t
}

// RejectColumns are the columns of rejected lines.
func RejectColumns(p *i18n.Printer) []Column {
	return []Column{{"line", p.T("web.reject.line"), KindText}, {"column", p.T("web.reject.column"), KindText}, {"value", p.T("web.reject.value"), KindText}, {"reason", p.T("web.column.reason"), KindText}, {"raw", p.T("web.reject.raw"), KindText}}
}

// RejectReason is why a line was rejected, with its values.
func RejectReason(p *i18n.Printer, r *queries.Reject) string {
	var values []any
	for name, value := range r.Details {
		values = append(values, name, value)
	}
	return p.T("reject."+r.Code, values...)
}
