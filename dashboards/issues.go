package dashboards

import (
	"cmp"
	"slices"
	"strings"

	"jianfu/internal/i18n"
	"jianfu/internal/ledger"
	"jianfu/internal/money"
	"jianfu/queries"
)

// IssueLine is an issue of a list.
type IssueLine struct {
	Issue     ledger.Issue
	Clock     *ledger.Clock // nil where Uncounted says why
	Uncounted string
}

// IssueTable makes the rows of lists of issues. Codes and words at length are for downloads only.
type IssueTable struct {
	b issueBuilder
}

// NewIssueTable makes a table; names are those of the accounts in it, and links are of an issue ("issue", by number).
func NewIssueTable(names map[string]string, link Linker, p *i18n.Printer) IssueTable {
	return IssueTable{issueBuilder{IssueView{Names: names}, p, NewNames(p), link}}
}

// issueColumns are the columns in order; those of kind code only downloads have.
var issueColumns = []struct {
	key  string
	kind Kind
}{
	{"number", KindText}, {"title", KindText}, {"state", KindText}, {"severity", KindText}, {"due", KindText}, {"region", KindText}, {"source", KindText},
	{"handler", KindText}, {"found", KindMoney}, {"corrected", KindMoney}, {"outstanding", KindMoney}, {"registered", KindText},
	{"unit", KindCode}, {"region_code", KindCode}, {"industry", KindCode}, {"size", KindCode}, {"nature", KindCode}, {"category", KindCode}, {"bureau", KindCode},
	{"owner", KindCode}, {"raised", KindCode}, {"due_on", KindCode}, {"replied", KindCode}, {"verified", KindCode}, {"closed", KindCode}, {"reasons", KindCode},
	{"exemption", KindCode}, {"exempted", KindCode}, {"reassessed", KindCode}, {"reopened", KindCode}, {"escalated", KindCode}, {"text", KindCode},
}

// IssueTitle is an issue's title, or why the reader is shown none.
func IssueTitle(p *i18n.Printer, title string) string {
	return cmp.Or(title, p.T("web.issue.concealed"))
}

// concealedColumns are the columns of which ledger.Issue.Conceal leaves nothing.
var concealedColumns = []string{"found", "corrected", "outstanding", "exempted", "reassessed", "unit", "industry", "size", "exemption", "reasons", "text", "severity"}

// Columns are those of the table.
func (t IssueTable) Columns() []Column {
	columns := make([]Column, len(issueColumns))
	for i, c := range issueColumns {
		columns[i] = Column{Key: c.key, Title: t.b.p.T("web.issues.column." + c.key), Kind: c.kind}
	}
	return columns
}

// Row is an issue's row.
func (t IssueTable) Row(l IssueLine) []Cell {
	b, i := t.b, l.Issue
	word := func(list, id string) Cell {
		if id == "" {
			return textCell("")
		}
		return textCell(b.names.Word(list)(id))
	}
	due, dueOn := Cell{Text: l.Uncounted, Raw: l.Uncounted}, ""
	if l.Clock != nil {
		due, dueOn = textCell(b.shortDue(*l.Clock)), l.Clock.Due.String()
		if l.Clock.Pace == ledger.Overdue || l.Clock.Pace == ledger.Late || l.Clock.Pace == ledger.DueToday {
			due.Tone = ToneIncrease
		}
	}
	onlyMoney := func(f Cell) Cell {
		if i.Found == 0 {
			return Cell{Text: NotApplicable}
		}
		return f
	}
	var reasons []string
	for _, r := range i.Reasons {
		reasons = append(reasons, b.names.Word("reason")(r.Reason)+" "+r.Amount.String())
	}
	handler := NotApplicable
	if i.Handler != "" {
		handler = b.who(i.Handler)
	}
	cells := map[string]Cell{
		"number": textCell(i.Number).to(b.link.to("issue", i.Number)), "title": textCell(IssueTitle(b.p, i.Title)), "state": word("issue_state", string(i.State)),
		"severity": word("issue_severity", string(i.Severity)), "due": due, "region": textCell(b.names.Region(i.Region)), "source": word("issue_source", string(i.Source)),
		"handler": textCell(handler), "found": onlyMoney(yuanCell(i.Found)), "corrected": onlyMoney(yuanCell(i.Corrected)), "outstanding": onlyMoney(yuanCell(i.Outstanding)),
		"exempted": onlyMoney(yuanCell(i.Exempted)), "reassessed": onlyMoney(yuanCell(i.Reassessed)),
		"registered": textCell(Moment(i.RegisteredAt)), "unit": textCell(i.Unit), "region_code": textCell(i.Region), "industry": textCell(i.Industry),
		"size": word("size", i.Size), "nature": word("issue_nature", string(i.Nature)), "category": word("issue_category", string(i.Category)),
		"bureau": textCell(b.names.Bureau(i.Bureau)), "owner": textCell(b.who(i.Owner)), "raised": textCell(i.RaisedOn), "due_on": textCell(dueOn),
		"exemption": word("issue_exemption", string(i.Exemption)), "reopened": countCell(uint64(max(0, i.Reopened))), "escalated": countCell(uint64(max(0, i.Escalated))),
		"reasons": textCell(strings.Join(reasons, b.p.T("web.semicolon"))), "text": textCell(i.Text),
	}
	for key, at := range map[string]string{"replied": momentOrNothing(i.RepliedAt), "verified": momentOrNothing(i.VerifiedAt), "closed": momentOrNothing(i.ClosedAt)} {
		cells[key] = textCell(at)
	}
	if i.State.Open() && i.Found > 0 && i.Outstanding > 0 {
		cells["outstanding"] = Cell{Text: cells["outstanding"].Text, Raw: cells["outstanding"].Raw, Tone: ToneIncrease}
	}
	row := make([]Cell, len(issueColumns))
	for n, c := range issueColumns {
		if row[n] = cells[c.key]; i.Concealed && slices.Contains(concealedColumns, c.key) {
			row[n] = textCell(Concealed)
		}
	}
	return row
}

// Marks are what a list colours an issue by: its state and its pace.
func (t IssueTable) Marks(l IssueLine) (state, severity, pace Mark) {
	state, severity = t.b.mark("issue_state", string(l.Issue.State)), t.b.mark("issue_severity", string(l.Issue.Severity))
	if l.Clock != nil {
		pace = t.b.mark("issue_pace", string(l.Clock.Pace))
	}
	return state, severity, pace
}

// IssueKPI is a figure above a list of issues.
type IssueKPI struct {
	ID, Name, Value, Unit, Hover, Note, Link string
	Tone                                     Tone
}

// IssueKPIs are the figures above a list of issues. Links are of states ("status"), paces ("due") and money ("money").
func IssueKPIs(c queries.IssueCount, link Linker, p *i18n.Printer) []IssueKPI {
	unit := figureUnit(p, c.Found)
	bad := func(is bool) Tone {
		if is {
			return ToneIncrease
		}
		return ToneNone
	}
	counted := func(id string, n uint64, tone Tone, note string, marks ...string) IssueKPI {
		return IssueKPI{ID: id, Name: p.T("web.issues.kpi." + id), Value: count(n), Unit: unitNoun(p, "web.issues.unit", n), Tone: tone, Note: note, Link: link.to(marks...)}
	}
	money := func(id string, f money.Fen, tone Tone, note string, marks ...string) IssueKPI {
		return IssueKPI{ID: id, Name: p.T("web.issues.kpi." + id), Value: unit.Text(f), Unit: unit.Name, Hover: exact(f), Tone: tone, Note: note, Link: link.to(marks...)}
	}
	var beside []string
	if c.Exempted != 0 {
		beside = append(beside, p.T("web.issues.kpi.exempted", "amount", unit.WithName(c.Exempted)))
	}
	if c.Reassessed != 0 {
		beside = append(beside, p.T("web.issues.kpi.reassessed", "amount", unit.WithName(c.Reassessed)))
	}
	return []IssueKPI{
		counted("all", c.Issues, ToneNone, p.T("web.issues.kpi.closed", "count", count(c.Closed))),
		counted("open", c.Open, ToneNone, p.T("web.issues.kpi.today", "count", count(c.DueToday)), "status", queries.StateOpen),
		counted("overdue", c.Overdue, bad(c.Overdue > 0), p.T("web.issues.kpi.answered", "share", inTime(c, p)), "due", string(ledger.Overdue)),
		money("found", c.Found, ToneNone, "", "money", "found"),
		money("corrected", c.Corrected, ToneReduction, p.T("web.issues.kpi.share", "share", percent(p, c.Corrected, c.Found)), "money", "corrected"),
		money("outstanding", c.Outstanding, bad(c.Outstanding > 0), strings.Join(beside, p.T("web.list_separator")), "money", "outstanding"),
	}
}

// inTime is the share of what was answered that was answered in time.
func inTime(c queries.IssueCount, p *i18n.Printer) string {
	return percent(p, money.Fen(c.InTime), money.Fen(c.InTime+c.Late)) //nolint:gosec // counts of issues
}
