package dashboards

import (
	"strconv"

	"jianfu/internal/detection"
	"jianfu/internal/dimension"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/queries"
)

// CaseColumns are the columns that a list of cases can have, in their order; the first is always there.
var CaseColumns = CaseTable{}.all().keys()

// UsualCaseColumns are those of a list for which nobody has chosen.
var UsualCaseColumns = []string{"name", "region", "industry", "size", "state", "level", "reasons", "shortfall", "months", "persons", "issues"}

// CaseChoice names a case among those of its unit, which has one in each county where it stood.
func CaseChoice(unit, region string) string { return unit + "-" + region }

// CaseRow is a case of a list.
type CaseRow struct {
	Choice, Name string // Choice is what its box says
	Link         string
	Cells        []CaseCell
	Open         bool // an issue of it is open, so that none is opened for the same
}

// CaseCell is a cell of the list: plain, or one of marks, parts and links.
type CaseCell struct {
	Key   string
	Kind  Kind
	Cell  Cell
	Mark  *Mark      // a state or a level
	Parts []CasePart // reasons, causes or risks with their amounts
	Links []CaseLink // issues
}

// CasePart is a reason, a cause or a risk of a case.
type CasePart struct {
	ID, Text, Exact string
	Risk            bool
}

// CaseLink is an issue of a case.
type CaseLink struct{ Number, State, Text, Link string }

// CaseTable writes cases as rows of the columns that somebody chose, amounts in yuan to the fen.
type CaseTable struct {
	listing[*queries.Case, CaseCell]
	b    builder
	unit Unit
}

// NewCaseTable is for the named columns, in the order of CaseColumns; link leads to a unit ("unit"), to an issue ("issue", by
// number).
func NewCaseTable(columns []string, link Linker, p *i18n.Printer) CaseTable {
	t := CaseTable{b: builder{p: p, names: NewNames(p), link: link}, unit: newUnit(p, 100, "yuan")}
	t.listing = t.all().chosen(columns)
	return t
}

// all are the columns that can be chosen.
func (t CaseTable) all() listing[*queries.Case, CaseCell] {
	names := t.b.names
	all := listing[*queries.Case, CaseCell]{
		plain("name", KindText, func(c *queries.Case) Cell { return textCell(c.Name).to(t.b.link.to("unit", c.UnitID)) }),
		plain("unit_id", KindText, func(c *queries.Case) Cell { return textCell(c.UnitID) }),
		plain(dimension.Region, KindText, func(c *queries.Case) Cell { return textCell(names.Region(c.RegionCode)) }),
		plain(dimension.Industry, KindText, func(c *queries.Case) Cell { return textCell(names.Industry(section(c.IndustryCode))) }),
	}
	for _, d := range dimension.OfUnits() {
		all = append(all, plain(d.ID, KindText, func(c *queries.Case) Cell { return textCell(names.OfUnit(d, c.Words)) }))
	}
	return append(append(all,
		listColumn[*queries.Case, CaseCell]{"state", KindText, func(c *queries.Case) CaseCell { return CaseCell{Mark: &Mark{c.State, t.b.p.T("web.state." + c.State)}} }},
		listColumn[*queries.Case, CaseCell]{"level", KindText, t.level},
		listColumn[*queries.Case, CaseCell]{"reasons", KindText, func(c *queries.Case) CaseCell {
			return CaseCell{Parts: append(t.b.parts(c.Reasons), t.b.risks(c.Risks)...)}
		}},
		listColumn[*queries.Case, CaseCell]{"causes", KindText, func(c *queries.Case) CaseCell { return CaseCell{Parts: t.b.parts(c.Causes)} }},
	), t.figures()...)
}

// figures are the columns of numbers, and what stands among them.
func (t CaseTable) figures() listing[*queries.Case, CaseCell] {
	return listing[*queries.Case, CaseCell]{
		plain("shortfall", KindMoney, func(c *queries.Case) Cell { return alarming(t.unit.cell(c.Shortfall()), c.Shortfall()) }),
		plain("old", KindMoney, func(c *queries.Case) Cell { return t.unit.cell(c.Old) }),
		plain("new", KindMoney, func(c *queries.Case) Cell { return t.unit.cell(c.New) }),
		plain("charged", KindMoney, func(c *queries.Case) Cell { return t.unit.cell(c.Charged) }),
		plain("due", KindMoney, func(c *queries.Case) Cell { return t.unit.cell(c.Due()) }),
		plain("real", KindMoney, func(c *queries.Case) Cell { return toned(t.unit.cell(c.Real()), toneOf(c.Real())) }),
		plain("rate", KindPercent, func(c *queries.Case) Cell { return reachedCell(t.b.p, queries.ReachOf(c.Burden)) }),
		plain("months", KindCount, func(c *queries.Case) Cell { return countCell(uint64(c.MonthsShort)) }),
		plain("persons", KindCount, func(c *queries.Case) Cell { return countCell(uint64(c.Persons)) }),
		plain("channel", KindText, func(c *queries.Case) Cell { return textCell(t.b.channel(c.Channel)) }),
		plain("repeated", KindCount, func(c *queries.Case) Cell { return countCell(uint64(c.Repeated)) }),
		plain("peers", KindPercent, t.peers),
		{"issues", KindText, func(c *queries.Case) CaseCell { return CaseCell{Links: t.b.issueLinks(c.Issues)} }},
	}
}

// plain is a column of cells without marks, parts and links.
func plain(key string, kind Kind, cell func(*queries.Case) Cell) listColumn[*queries.Case, CaseCell] {
	return listColumn[*queries.Case, CaseCell]{key, kind, func(c *queries.Case) CaseCell { return CaseCell{Cell: cell(c)} }}
}

func (t CaseTable) level(c *queries.Case) CaseCell {
	if c.Level == "" {
		return CaseCell{Cell: Cell{Text: NotApplicable}}
	}
	return CaseCell{Mark: &Mark{c.Level, levelName(t.b.names, c.Level) + " " + strconv.Itoa(int(c.Score))}}
}

// peers are the unit's own share of its due reduction and that of its peers.
func (t CaseTable) peers(c *queries.Case) Cell {
	if c.Peers.Median == nil {
		return Cell{Text: NotApplicable}
	}
	cell := textCell(t.b.p.T("web.cases.against_peers", "own", percentOf(c.Peers.Own), "peers", percentOf(*c.Peers.Median)))
	if c.Peers.Below {
		cell.Tone = ToneIncrease
	}
	return cell
}

// Columns are the table's columns.
func (t CaseTable) Columns() []Column { return t.columns(t.b.p, "web.cases.column.") }

// Row is a case of the list.
func (t CaseTable) Row(c *queries.Case) CaseRow {
	row := CaseRow{Choice: CaseChoice(c.UnitID, c.RegionCode), Name: c.Name, Link: t.b.link.to("unit", c.UnitID)}
	for _, i := range c.Issues {
		row.Open = row.Open || i.Open
	}
	row.Cells = t.row(c)
	for i, column := range t.listing {
		row.Cells[i].Key, row.Cells[i].Kind = column.key, column.kind
	}
	return row
}

// Plain are the cells of a case as a file has them.
func (t CaseTable) Plain(c *queries.Case) []Cell {
	var cells []Cell
	for _, cell := range t.row(c) {
		if text := cell.text(t.b.p); text != "" {
			cell.Cell = textCell(text)
		}
		cells = append(cells, cell.Cell)
	}
	return cells
}

// text is what a cell of marks, parts or links says in one line.
func (c *CaseCell) text(p *i18n.Printer) string {
	text := ""
	if c.Mark != nil {
		text = c.Mark.Text
	}
	for i, part := range c.Parts {
		if i > 0 {
			text += p.T("web.semicolon")
		}
		text += part.Text
		if part.Exact != "" {
			text += " " + part.Exact
		}
	}
	for i, link := range c.Links {
		if i > 0 {
			text += p.T("web.semicolon")
		}
		text += link.Number + " " + link.Text
	}
	return text
}

// section is the letter of an industry's code.
func section(code string) string { return code[:min(len(code), 1)] }

// levelName names how severe a case is, as it does an issue's severity.
func levelName(names Names, level string) string { return names.Word("issue_severity")(level) }

// markName names a reason, a cause or a risk.
func (b builder) markName(id string) string {
	rule, _ := detection.Shipped.Rule(id)
	if rule.Kind == detection.Reason {
		return b.names.Word("reason")(id)
	}
	return b.names.Word("mark")(id)
}

// parts are reasons, causes or risks, in their order; one without an amount, such as a cause by policy, says none.
func (b builder) parts(list []queries.CaseAmount) []CasePart {
	var parts []CasePart
	for _, one := range list {
		part := CasePart{ID: one.ID, Text: b.markName(one.ID)}
		if one.Amount != 0 {
			part.Exact = exact(one.Amount)
		}
		parts = append(parts, part)
	}
	return parts
}

// risks are parts that are no part of the shortfall.
func (b builder) risks(list []queries.CaseAmount) []CasePart {
	parts := b.parts(list)
	for i := range parts {
		parts[i].Risk = true
	}
	return parts
}

// issueLinks are the issues about a unit, as links.
func (b builder) issueLinks(issues []queries.CaseIssue) []CaseLink {
	var links []CaseLink
	for _, i := range issues {
		links = append(links, CaseLink{i.Number, string(i.State), b.names.Word("issue_state")(string(i.State)), b.link.to("issue", i.Number)})
	}
	return links
}

// channel names a channel of declaring.
func (b builder) channel(id string) string {
	if id == "" {
		return b.p.T("web.unknown")
	}
	return b.p.T("web.record.channel." + id)
}

// percentOf writes a share with one decimal, as pages write shares.
func percentOf(share money.Rate) string {
	n := divideRounded(max(int64(share), -int64(share)), 1000, int64(money.One))
	text := strconv.FormatInt(n/10, 10) + "." + strconv.FormatInt(n%10, 10) + "%"
	if share < 0 && n > 0 {
		return minus + text
	}
	return text
}
