package dashboards

import (
	"slices"
	"strconv"

	"jianfu/internal/detection"
	"jianfu/internal/dimension"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/queries"
)

// CaseColumns are the columns that a list of cases can have, in their order; the first is always there.
var CaseColumns = slices.Concat([]string{"name", "unit_id", "region", "industry"}, dimension.IDs(dimension.OfUnits()), []string{"state", "level", "reasons", "causes",
	"shortfall", "old", "new", "charged", "due", "real", "rate", "months", "persons", "channel", "repeated", "peers", "issues"})

// UsualCaseColumns are those of a list for which nobody has chosen.
var UsualCaseColumns = []string{"name", "region", "industry", "size", "state", "level", "reasons", "shortfall", "months", "persons", "issues"}

// caseColumnKinds are the kinds of those columns that are no text.
var caseColumnKinds = map[string]Kind{"old": KindMoney, "new": KindMoney, "charged": KindMoney, "due": KindMoney, "real": KindMoney, "shortfall": KindMoney,
	"rate": KindPercent, "months": KindCount, "persons": KindCount, "repeated": KindCount, "peers": KindPercent}

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
	columns []string
	b       builder
	unit    Unit
}

// NewCaseTable is for the named columns, in the order of CaseColumns; link leads to a unit ("unit"), to an issue ("issue", by
// number).
func NewCaseTable(columns []string, link Linker, p *i18n.Printer) CaseTable {
	t := CaseTable{b: builder{p: p, names: NewNames(p), link: link}, unit: newUnit(p, 100, "yuan")}
	for _, c := range CaseColumns {
		if c == CaseColumns[0] || slices.Contains(columns, c) {
			t.columns = append(t.columns, c)
		}
	}
	return t
}

// Columns are the table's columns.
func (t CaseTable) Columns() []Column {
	var columns []Column
	for _, c := range t.columns {
		kind := caseColumnKinds[c]
		if kind == "" {
			kind = KindText
		}
		columns = append(columns, Column{c, t.b.p.T("web.cases.column." + c), kind})
	}
	return columns
}

// Row is a case of the list.
func (t CaseTable) Row(c *queries.Case) CaseRow {
	row := CaseRow{Choice: CaseChoice(c.UnitID, c.RegionCode), Name: c.Name, Link: t.b.link.to("unit", c.UnitID)}
	for _, i := range c.Issues {
		row.Open = row.Open || i.Open
	}
	for _, column := range t.Columns() {
		cell := t.cell(column.Key, c)
		cell.Key, cell.Kind = column.Key, column.Kind
		row.Cells = append(row.Cells, cell)
	}
	return row
}

// Plain are the cells of a case as a file has them.
func (t CaseTable) Plain(c *queries.Case) []Cell {
	var cells []Cell
	for _, column := range t.columns {
		cell := t.cell(column, c)
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

func (t CaseTable) cell(column string, c *queries.Case) CaseCell {
	names := t.b.names
	switch column {
	case "name":
		return CaseCell{Cell: textCell(c.Name).to(t.b.link.to("unit", c.UnitID))}
	case "unit_id":
		return CaseCell{Cell: textCell(c.UnitID)}
	case "region":
		return CaseCell{Cell: textCell(names.Region(c.RegionCode))}
	case "industry":
		return CaseCell{Cell: textCell(names.Industry(section(c.IndustryCode)))}
	case "size":
		return CaseCell{Cell: textCell(names.UnitSize(c.Size, c.UnitKind))}
	case "state":
		return CaseCell{Mark: &Mark{c.State, t.b.p.T("web.state." + c.State)}}
	case "level":
		if c.Level == "" {
			return CaseCell{Cell: Cell{Text: NotApplicable}}
		}
		return CaseCell{Mark: &Mark{c.Level, levelName(names, c.Level) + " " + strconv.Itoa(int(c.Score))}}
	case "reasons":
		return CaseCell{Parts: append(t.b.parts(c.Reasons), t.b.risks(c.Risks)...)}
	case "causes":
		return CaseCell{Parts: t.b.parts(c.Causes)}
	case "issues":
		return CaseCell{Links: t.b.issueLinks(c.Issues)}
	case "channel":
		return CaseCell{Cell: textCell(t.b.channel(c.Channel))}
	}
	if d, ok := dimension.Named(column); ok {
		return CaseCell{Cell: textCell(names.Member(d.ID, c.Of(d)))}
	}
	return CaseCell{Cell: t.figure(column, c)}
}

// figure is a cell that is a number.
func (t CaseTable) figure(column string, c *queries.Case) Cell {
	switch column {
	case "months":
		return countCell(uint64(c.MonthsShort))
	case "persons":
		return countCell(uint64(c.Persons))
	case "repeated":
		return countCell(uint64(c.Repeated))
	case "rate":
		return reachedCell(t.b.p, queries.ReachOf(c.Burden))
	case "peers":
		cell := Cell{Text: NotApplicable}
		if c.Peers.Median != nil {
			text := t.b.p.T("web.cases.against_peers", "own", percentOf(c.Peers.Own), "peers", percentOf(*c.Peers.Median))
			if cell = (Cell{Text: text, Raw: text}); c.Peers.Below {
				cell.Tone = ToneIncrease
			}
		}
		return cell
	}
	amount := map[string]money.Fen{"old": c.Old, "new": c.New, "charged": c.Charged, "due": c.Due(), "real": c.Real(), "shortfall": c.Shortfall()}[column]
	cell := t.unit.cell(amount)
	if column == "real" {
		cell.Tone = toneOf(amount)
	}
	if column == "shortfall" && amount > 0 {
		cell.Tone = ToneIncrease
	}
	return cell
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
