package dashboards

import (
	"cmp"
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
	listing[IssueLine, Cell]
	b issueBuilder
}

// NewIssueTable makes a table; names are those of the accounts in it, and links are of an issue ("issue", by number).
func NewIssueTable(names map[string]string, link Linker, p *i18n.Printer) IssueTable {
	t := IssueTable{b: issueBuilder{IssueView{Names: names}, p, NewNames(p), link}}
	t.listing = append(t.shown(), t.ofFiles()...)
	return t
}

// IssueTitle is an issue's title, or why the reader is shown none.
func IssueTitle(p *i18n.Printer, title string) string {
	return cmp.Or(title, p.T("web.issue.concealed"))
}

// shown are the columns of pages and files.
func (t IssueTable) shown() listing[IssueLine, Cell] {
	b := t.b
	return listing[IssueLine, Cell]{
		{"number", KindText, func(l IssueLine) Cell { return textCell(l.Issue.Number).to(b.link.to("issue", l.Issue.Number)) }},
		issueText("title", KindText, func(i ledger.Issue) string { return IssueTitle(b.p, i.Title) }),
		issueText("state", KindText, func(i ledger.Issue) string { return b.word("issue_state", string(i.State)) }),
		keptBack(issueText("severity", KindText, func(i ledger.Issue) string { return b.word("issue_severity", string(i.Severity)) })),
		{"due", KindText, t.due},
		issueText("region", KindText, func(i ledger.Issue) string { return b.names.Region(i.Region) }),
		issueText("source", KindText, func(i ledger.Issue) string { return b.word("issue_source", string(i.Source)) }),
		issueText("handler", KindText, func(i ledger.Issue) string {
			if i.Handler == "" {
				return NotApplicable
			}
			return b.who(i.Handler)
		}),
		issueMoney("found", KindMoney, func(i ledger.Issue) money.Fen { return i.Found }),
		issueMoney("corrected", KindMoney, func(i ledger.Issue) money.Fen { return i.Corrected }),
		keptBack(listColumn[IssueLine, Cell]{"outstanding", KindMoney, outstanding}),
		issueText("registered", KindText, func(i ledger.Issue) string { return Moment(i.RegisteredAt) }),
	}
}

// ofFiles are the columns that only files have.
func (t IssueTable) ofFiles() listing[IssueLine, Cell] {
	b := t.b
	return listing[IssueLine, Cell]{
		keptBack(issueText("unit", KindCode, func(i ledger.Issue) string { return i.Unit })),
		issueText("region_code", KindCode, func(i ledger.Issue) string { return i.Region }),
		keptBack(issueText("industry", KindCode, func(i ledger.Issue) string { return i.Industry })),
		keptBack(issueText("size", KindCode, func(i ledger.Issue) string { return b.word("size", i.Size) })),
		issueText("nature", KindCode, func(i ledger.Issue) string { return b.word("issue_nature", string(i.Nature)) }),
		issueText("category", KindCode, func(i ledger.Issue) string { return b.word("issue_category", string(i.Category)) }),
		issueText("bureau", KindCode, func(i ledger.Issue) string { return b.names.Bureau(i.Bureau) }),
		issueText("owner", KindCode, func(i ledger.Issue) string { return b.who(i.Owner) }),
		issueText("raised", KindCode, func(i ledger.Issue) string { return i.RaisedOn }),
		{"due_on", KindCode, func(l IssueLine) Cell {
			if l.Clock == nil {
				return textCell("")
			}
			return textCell(l.Clock.Due.String())
		}},
		issueText("replied", KindCode, func(i ledger.Issue) string { return momentOrNothing(i.RepliedAt) }),
		issueText("verified", KindCode, func(i ledger.Issue) string { return momentOrNothing(i.VerifiedAt) }),
		issueText("closed", KindCode, func(i ledger.Issue) string { return momentOrNothing(i.ClosedAt) }),
		keptBack(issueText("reasons", KindCode, t.reasons)),
		keptBack(issueText("exemption", KindCode, func(i ledger.Issue) string { return b.word("issue_exemption", string(i.Exemption)) })),
		issueMoney("exempted", KindCode, func(i ledger.Issue) money.Fen { return i.Exempted }),
		issueMoney("reassessed", KindCode, func(i ledger.Issue) money.Fen { return i.Reassessed }),
		{"reopened", KindCode, func(l IssueLine) Cell { return countCell(uint64(max(0, l.Issue.Reopened))) }},
		{"escalated", KindCode, func(l IssueLine) Cell { return countCell(uint64(max(0, l.Issue.Escalated))) }},
		keptBack(issueText("text", KindCode, func(i ledger.Issue) string { return i.Text })),
	}
}

// issueText is a column of words.
func issueText(key string, kind Kind, text func(ledger.Issue) string) listColumn[IssueLine, Cell] {
	return listColumn[IssueLine, Cell]{key, kind, func(l IssueLine) Cell { return textCell(text(l.Issue)) }}
}

// issueMoney is a column of amounts, which issues without money have none of.
func issueMoney(key string, kind Kind, amount func(ledger.Issue) money.Fen) listColumn[IssueLine, Cell] {
	return keptBack(listColumn[IssueLine, Cell]{key, kind, func(l IssueLine) Cell { return moneyOf(l.Issue, amount(l.Issue)) }})
}

func moneyOf(i ledger.Issue, amount money.Fen) Cell {
	if i.Found == 0 {
		return Cell{Text: NotApplicable}
	}
	return yuanCell(amount)
}

// keptBack is a column of which ledger.Issue.Conceal leaves nothing.
func keptBack(c listColumn[IssueLine, Cell]) listColumn[IssueLine, Cell] {
	return listColumn[IssueLine, Cell]{c.key, c.kind, func(l IssueLine) Cell {
		if l.Issue.Concealed {
			return textCell(Concealed)
		}
		return c.cell(l)
	}}
}

// outstanding is what is still to be had, which is bad news while the issue is open.
func outstanding(l IssueLine) Cell {
	cell := moneyOf(l.Issue, l.Issue.Outstanding)
	if i := l.Issue; i.State.Open() && i.Found > 0 && i.Outstanding > 0 {
		return Cell{Text: cell.Text, Raw: cell.Raw, Tone: ToneIncrease}
	}
	return cell
}

func (t IssueTable) due(l IssueLine) Cell {
	if l.Clock == nil {
		return Cell{Text: l.Uncounted, Raw: l.Uncounted}
	}
	cell := textCell(t.b.shortDue(*l.Clock))
	if l.Clock.Pace == ledger.Overdue || l.Clock.Pace == ledger.Late || l.Clock.Pace == ledger.DueToday {
		cell.Tone = ToneIncrease
	}
	return cell
}

func (t IssueTable) reasons(i ledger.Issue) string {
	var reasons []string
	for _, r := range i.Reasons {
		reasons = append(reasons, t.b.names.Word("reason")(r.Reason)+" "+r.Amount.String())
	}
	return strings.Join(reasons, t.b.p.T("web.semicolon"))
}

// word names a word of a list; none has no name.
func (b issueBuilder) word(list, id string) string {
	if id == "" {
		return ""
	}
	return b.names.Word(list)(id)
}

// Columns are those of the table.
func (t IssueTable) Columns() []Column { return t.columns(t.b.p, "web.issues.column.") }

// Row is an issue's row.
func (t IssueTable) Row(l IssueLine) []Cell { return t.row(l) }

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
