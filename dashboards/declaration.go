package dashboards

import (
	"strings"

	"jianfu/internal/burden"
	"jianfu/internal/contribution"
	"jianfu/internal/declaration"
	"jianfu/internal/i18n"
	"jianfu/internal/period"
)

// Declaration is what a check of a declaration found, in words: one table of lines, one of units, who is new and missing, and
// what a load would refuse.
type Declaration struct {
	Verdict string // in a sentence
	Clean   bool
	Facts   []StampItem
	Totals  Table
	Units   Table // of more than one unit
	Lines   []DeclaredLine
	Rejects Table
	Persons Table
	Notes   []string
}

// DeclaredLine is a line with something to say about it, a row for each payer that it is about.
type DeclaredLine struct {
	Line             string
	Record, UnitID   string
	Month, Insurance string
	Entry            string
	Rows             []DeclaredShare
}

// DeclaredShare is what stands in a line for one payer, and what is right.
type DeclaredShare struct {
	Of                 *declaration.ShareResult
	Payer              string
	Base, Rate, Amount DeclaredValue
	Difference         string // what is declared too much; "" where it is not known
	Tone               Tone
	Why                []DeclaredWhy
}

// DeclaredValue is a value as it stands, and the right one; Right is "" where it is the same or not known.
type DeclaredValue struct{ Declared, Right string }

// DeclaredWhy is one reason: its word, what is to be done about it, what it comes to, and the document that says so.
type DeclaredWhy struct{ Reason, Text, Amount, Document string }

// mostDeclared is how many lines of each kind a page shows; the command writes all of them.
const mostDeclared = 500

// declarer writes a checked declaration in words.
type declarer struct {
	builder
	r *declaration.Result
}

// NewDeclaration makes the contents of the page that shows a checked declaration.
func NewDeclaration(r *declaration.Result, p *i18n.Printer) *Declaration {
	d := declarer{builder{p: p, names: NewNames(p)}, r}
	page := &Declaration{Verdict: DeclarationVerdict(r, p), Clean: r.Clean, Totals: d.totals(), Rejects: d.rejects(), Persons: d.persons()}
	page.Facts = []StampItem{{p.T("declaration.fact.read"), count(r.Read)}, {p.T("declaration.fact.accepted"), count(r.Accepted)},
		{p.T("declaration.fact.rejected"), count(r.Rejected)}, {p.T("declaration.fact.unchanged"), count(r.Unchanged)},
		{p.T("declaration.fact.faulty"), count(r.Faulty)}, {p.T("web.csv.comparison"), r.ComparisonTitle}, {p.T("web.stamp.pack"), r.PackTitle}}
	if len(r.Units) > 1 {
		page.Units = d.units()
	} else if len(r.Units) == 1 {
		u := &r.Units[0]
		page.Facts = append([]StampItem{{p.T("declaration.fact.unit"), strings.TrimSpace(u.Name + " " + u.UnitID)},
			{p.T("declaration.fact.region"), d.names.Region(u.RegionCode)}, {p.T("declaration.fact.months"), monthsNamed(p, u.Months)}}, page.Facts...)
	}
	for i := range r.Lines[:min(len(r.Lines), mostDeclared)] {
		page.Lines = append(page.Lines, NewDeclaredLine(&r.Lines[i], p))
	}
	page.Notes = d.notes()
	return page
}

// DeclarationVerdict says in a sentence whether there is something to look at.
func DeclarationVerdict(r *declaration.Result, p *i18n.Printer) string {
	fresh, missing := 0, 0
	for i := range r.Units {
		fresh, missing = fresh+len(r.Units[i].New), missing+len(r.Units[i].Missing)
	}
	if r.Clean {
		return p.T("declaration.clean", "lines", count(r.Accepted))
	}
	text := p.T("declaration.look", "lines", count(r.Accepted), "faulty", count(r.Faulty), "rejected", count(r.Rejected), "new", count(uint64(fresh)), "missing", count(uint64(missing)))
	doubts := 0
	for _, n := range r.Notes {
		if n.Doubt() {
			doubts++
		}
	}
	if doubts > 0 { // lines may all be right and yet hide a double charge
		text += p.N("declaration.doubts", doubts)
	}
	return text
}

func monthsNamed(p *i18n.Printer, list []period.Period) string {
	var texts []string
	for _, m := range list {
		texts = append(texts, Month(p, m))
	}
	return strings.Join(texts, p.T("web.list_separator"))
}

// notes say what the reader would otherwise take for granted.
func (d declarer) notes() []string {
	var notes []string
	for _, n := range d.r.Notes {
		notes = append(notes, d.p.N("load_note."+n.Code, int(n.Lines))) //nolint:gosec // lines of a file
	}
	if len(d.r.Lines) > mostDeclared {
		notes = append(notes, d.p.T("declaration.note.most", "shown", mostDeclared, "of", count(d.r.Faulty)))
	}
	if u := d.r.Uncovered; u.Lines > 0 {
		notes = append(notes, d.p.T("declaration.note.uncovered", "lines", count(u.Lines), "amount", exact(u.Amount)))
	}
	compared := false
	for i := range d.r.Units {
		compared = compared || len(d.r.Units[i].Before) > 0
		for _, t := range d.r.Units[i].Totals {
			for _, reason := range t.Reasons {
				if reason.Reason == burden.RoundingReason && len(d.r.Units) == 1 {
					notes = append(notes, d.p.T("declaration.note.rounding", "payer", d.p.T("web.payer."+t.Payer.String()), "amount", signed(reason.Amount)))
				}
			}
		}
	}
	if !compared && len(d.r.Units) > 0 {
		notes = append(notes, d.p.T("declaration.note.no_month_before"))
	}
	return notes
}

// moneyColumns are those of sums.
func (d declarer) moneyColumns(first ...Column) []Column {
	return append(first, Column{"charged", d.p.T("declaration.column.charged"), KindMoney}, Column{"new", d.p.T("declaration.column.new"), KindMoney},
		Column{"shortfall", d.p.T("declaration.column.shortfall"), KindMoney}, Column{"old", d.p.T("declaration.column.old"), KindMoney}, Column{"due", d.p.T("declaration.column.due"), KindMoney})
}

func (d declarer) sums(t *Table, first []Cell, s declaration.PayerTotal) []Cell {
	difference := t.Unit.cell(s.Shortfall)
	switch {
	case s.Shortfall > 0:
		difference.Tone = ToneIncrease
	case s.Shortfall < 0:
		difference.Tone = ToneUnder
	}
	return append(first, t.Unit.cell(s.Charged), t.Unit.cell(s.New), difference, t.Unit.cell(s.Old), t.Unit.cell(s.Due))
}

func (d declarer) totals() Table {
	t := Table{ID: "totals", Title: d.p.T("declaration.totals"), Unit: newUnit(d.p, 100, "yuan"), Columns: d.moneyColumns(Column{"payer", d.p.T("web.filter.payer"), KindText})}
	for _, s := range d.r.Totals {
		t.Rows = append(t.Rows, d.sums(&t, []Cell{textCell(d.p.T("web.payer." + s.Payer.String()))}, s))
	}
	t.Total = d.sums(&t, []Cell{textCell(d.p.T("web.total"))}, declaration.Both(d.r.Totals))
	return t
}

func (d declarer) units() Table {
	t := Table{ID: "units", Title: d.p.T("declaration.units"), Unit: newUnit(d.p, 100, "yuan"), Columns: d.moneyColumns(Column{"unit", d.p.T("declaration.fact.unit"), KindText},
		Column{"lines", d.p.T("declaration.column.lines"), KindCount}, Column{"faulty", d.p.T("declaration.fact.faulty"), KindCount})}
	for i := range d.r.Units[:min(len(d.r.Units), mostDeclared)] {
		u := &d.r.Units[i]
		t.Rows = append(t.Rows, d.sums(&t, []Cell{textCell(strings.TrimSpace(u.Name + " " + u.UnitID)), countCell(u.Lines), countCell(u.Faulty)}, declaration.Both(u.Totals)))
	}
	return t
}

func (d declarer) rejects() Table {
	t := Table{ID: "rejects", Title: d.p.T("declaration.rejects"), Columns: []Column{{"line", d.p.T("web.reject.line"), KindText}, {"column", d.p.T("web.reject.column"), KindText},
		{"value", d.p.T("web.reject.value"), KindText}, {"reason", d.p.T("web.column.reason"), KindText}}}
	for i := range d.r.Rejects[:min(len(d.r.Rejects), mostDeclared)] {
		x := &d.r.Rejects[i]
		t.Rows = append(t.Rows, []Cell{textCell(count(x.Line)), textOrDash(x.Column), textOrDash(x.Value), textCell(DeclarationReject(x, d.p))})
	}
	return t
}

// DeclarationReject is why a line would be refused.
func DeclarationReject(r *declaration.RejectedLine, p *i18n.Printer) string {
	var values []any
	for name, value := range r.Details {
		values = append(values, name, value)
	}
	return p.T("reject."+r.Code, values...)
}

func (d declarer) persons() Table {
	t := Table{ID: "persons", Title: d.p.T("declaration.persons"), Columns: []Column{{"change", d.p.T("declaration.column.change"), KindText}, {"period", d.p.T("web.record.column.period"), KindText},
		{"insurance", d.p.T("web.record.column.insurance"), KindText}, {"record", d.p.T("web.record.column.record_id"), KindText}, {"line", d.p.T("web.reject.line"), KindText}, {"unit", d.p.T("declaration.fact.unit"), KindText}}}
	for i := range d.r.Units {
		u := &d.r.Units[i]
		for _, one := range []struct {
			key  string
			list []declaration.PersonChange
		}{{"new", u.New}, {"missing", u.Missing}} {
			for _, person := range one.list {
				if len(t.Rows) == mostDeclared {
					return t
				}
				line := ""
				if person.Line > 0 {
					line = count(person.Line)
				}
				t.Rows = append(t.Rows, []Cell{textCell(d.p.T("declaration.person." + one.key)), textCell(Month(d.p, person.Period)), textCell(d.names.Word("insurance")(person.Insurance)),
					textCell(person.RecordID), textOrDash(line), textCell(u.UnitID)})
			}
		}
	}
	return t
}

// NewDeclaredLine is a line in words.
func NewDeclaredLine(l *declaration.LineResult, p *i18n.Printer) DeclaredLine {
	names := NewNames(p)
	line := DeclaredLine{Line: count(l.Line), Record: l.RecordID, UnitID: l.UnitID, Month: Month(p, l.Period), Insurance: names.Word("insurance")(l.Insurance),
		Entry: p.T("web.record.entry_type." + l.EntryType)}
	spoken := false // whether a payer has a reason
	for i := range l.Shares {
		spoken = spoken || len(l.Shares[i].Reasons) > 0
	}
	for i := range l.Shares {
		s := &l.Shares[i]
		if spoken && len(s.Reasons) == 0 || !spoken && s.Payer == contribution.Employee && s.Declared.Amount == 0 {
			continue
		}
		row := newDeclaredShare(l, s, p)
		if len(line.Rows) == 0 {
			row.Why = append(lineWhy(l, p), row.Why...)
		}
		line.Rows = append(line.Rows, row)
	}
	return line
}

// lineWhy are what is to be said of a line as a whole.
func lineWhy(l *declaration.LineResult, p *i18n.Printer) []DeclaredWhy {
	var list []DeclaredWhy
	add := func(key string, values ...any) {
		list = append(list, DeclaredWhy{Reason: p.T("declaration.word." + key), Text: p.T("declaration.why."+key, values...)})
	}
	switch {
	case l.Treatment == burden.Uncovered:
		add("uncovered", "insurance", NewNames(p).Word("insurance")(l.Insurance), "month", Month(p, l.Period))
	case l.Twin != nil && l.Treatment != burden.Duplicate:
		add("already", "record", l.Twin.RecordID)
	}
	return list
}

func newDeclaredShare(l *declaration.LineResult, s *declaration.ShareResult, p *i18n.Printer) DeclaredShare {
	row := DeclaredShare{Of: s, Payer: p.T("web.payer." + s.Payer.String()), Base: DeclaredValue{Declared: exact(s.Declared.Base)},
		Rate: DeclaredValue{Declared: s.Declared.Rate.Percent()}, Amount: DeclaredValue{Declared: exact(s.Declared.Amount)}}
	if s.Right == nil {
		return row
	}
	differ := func(v *DeclaredValue, differs bool, right string) {
		if differs {
			v.Right = right
		}
	}
	if l.Treatment == burden.Computed {
		differ(&row.Base, s.Declared.Base != s.Right.Base, exact(s.Right.Base))
		differ(&row.Rate, s.Declared.Rate != s.Right.Rate, s.Right.Rate.Percent())
	}
	differ(&row.Amount, s.Declared.Amount != s.Right.Amount, exact(s.Right.Amount))
	row.Difference = signed(s.Difference)
	switch {
	case s.Difference > 0:
		row.Tone = ToneIncrease
	case s.Difference < 0:
		row.Tone = ToneUnder
	}
	for _, r := range s.Reasons {
		row.Why = append(row.Why, why(l, s, r, p))
	}
	return row
}

// why says what is wrong, and what is right, by one reason.
func why(l *declaration.LineResult, s *declaration.ShareResult, r declaration.ReasonShare, p *i18n.Printer) DeclaredWhy {
	word := NewNames(p).Word("reason")(r.Reason.String())
	w := DeclaredWhy{Reason: word, Amount: signed(r.Amount)}
	say := func(key, declared, right, document string) DeclaredWhy {
		w.Document = document
		w.Text = p.T("declaration.why."+key, "reason", word, "declared", declared, "right", right, "amount", w.Amount)
		return w
	}
	switch r.Reason {
	case burden.RateNotApplied, burden.RateBelowPolicy:
		return say("rate", s.Declared.Rate.Percent(), s.Right.Rate.Percent(), s.Right.RateDocument)
	case burden.BaseOverCap, burden.BaseBelowFloor, burden.BaseMismatch:
		return say("base", exact(s.Declared.Base), exact(s.Right.Base), s.Right.BaseDocument)
	case burden.DuplicateCharge:
		other := ""
		if l.Twin != nil {
			other = l.Twin.RecordID
		}
		return say("duplicate", exact(s.Declared.Amount), other, "")
	case burden.RefundReason:
		return say("refund", exact(s.Declared.Amount), "", "")
	}
	return say("amount", exact(s.Declared.Amount), exact(s.Declared.Amount-r.Amount), "")
}

// DeclarationReasons are what is to be said of a share as files have it: ids, those of reasons with their amounts.
func DeclarationReasons(l *declaration.LineResult, s *declaration.ShareResult) string {
	var parts []string
	switch {
	case l.Treatment == burden.Uncovered:
		parts = append(parts, string(burden.Uncovered))
	case l.Twin != nil && l.Treatment != burden.Duplicate:
		parts = append(parts, "already_filed")
	}
	for _, r := range s.Reasons {
		parts = append(parts, r.Reason.String()+":"+r.Amount.String())
	}
	return strings.Join(parts, ";")
}
