package dashboards

import (
	"strconv"

	"jianfu/internal/detection"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/queries"
)

// SystemicFinding is one reason at many units of one place and insurance, in words.
type SystemicFinding struct {
	ID, Link                  string
	Reason, Place, Insurance  string
	Channel, Window, Rule     string
	Units, Of, Share, Amount  string
	Exact                     string
	Handled                   string  // of its units, those about which an issue is open
	Width                     float32 // units in percent of those that could have it
	Sentence                  string  // the finding in one sentence
	Text, Basis, Remedy, Look string
	Region                    string // code
}

// NewSystemicFinding puts a finding into words; rules are those of the run's pack, link leads to it ("finding", by id).
func NewSystemicFinding(f *queries.Finding, rules detection.Rules, link Linker, p *i18n.Printer) SystemicFinding {
	b := builder{p: p, names: NewNames(p), link: link}
	reason, _ := rules.Rule(f.Reason)
	rule, _ := rules.Rule(f.Rule)
	s := SystemicFinding{
		ID: f.ID, Link: link.to("finding", f.ID), Reason: b.markName(f.Reason), Place: b.names.Region(f.RegionCode), Insurance: b.names.Word("insurance")(f.Insurance),
		Window: Window(p, period.Range{From: f.From, To: f.To}), Rule: rule.Text.In(p.Language()), Units: count(uint64(f.Units)), Of: count(uint64(f.Of)),
		Share: plainShare(p, uint64(f.Units), uint64(f.Of)), Amount: chartUnit(p, f.Amount).WithName(f.Amount), Exact: exact(f.Amount), Handled: count(f.Handled),
		Text: reason.Text.In(p.Language()), Basis: reason.Basis.In(p.Language()), Remedy: reason.Remedy.In(p.Language()), Look: rule.Remedy.In(p.Language()), Region: f.RegionCode,
	}
	if f.Of > 0 {
		s.Width = float32(f.Units) * 100 / float32(f.Of)
	}
	if f.Insurance == "" {
		s.Insurance = p.T("web.systemic.insurances")
	}
	where := s.Place
	if f.Channel != "" {
		s.Channel = b.channel(f.Channel)
		where = p.T("web.finding.through", "place", s.Place, "channel", s.Channel)
	}
	s.Sentence = p.T("web.finding.sentence", "place", where, "window", s.Window, "insurance", s.Insurance, "reason", s.Reason, "units", bold(s.Units), "of", s.Of, "share", s.Share,
		"amount", bold(exact(f.Amount)))
	return s
}

// plainShare is a count's share of another.
func plainShare(p *i18n.Printer, part, whole uint64) string {
	return percent(p, money.Fen(part), money.Fen(whole)) //nolint:gosec // counts of units
}

// findingColumns are the columns of the units under a finding.
var findingColumns = []Column{{Key: "name", Kind: KindText}, {Key: "region", Kind: KindText}, {Key: "state", Kind: KindText}, {Key: "level", Kind: KindText},
	{Key: "window", Kind: KindText}, {Key: "amount", Kind: KindMoney}, {Key: "records", Kind: KindCount}, {Key: "issues", Kind: KindText}}

// FindingTable writes the units under a finding as rows.
type FindingTable struct{ b builder }

// NewFindingTable leads to units ("unit") and issues ("issue", by number).
func NewFindingTable(link Linker, p *i18n.Printer) FindingTable {
	return FindingTable{builder{p: p, names: NewNames(p), link: link}}
}

// Columns are the table's columns; in a file the unit's code stands beside its name.
func (t FindingTable) Columns(file bool) []Column {
	var columns []Column
	for _, c := range findingColumns {
		c.Title = t.b.p.T("web.finding.column." + c.Key)
		columns = append(columns, c)
		if c.Key == "name" && file {
			columns = append(columns, Column{Key: "unit_id", Title: t.b.p.T("web.cases.column.unit_id"), Kind: KindText})
		}
	}
	return columns
}

// Row is a unit under the finding.
func (t FindingTable) Row(u *queries.FindingUnit) CaseRow {
	row := CaseRow{Choice: CaseChoice(u.UnitID, u.RegionCode), Name: u.Name, Link: t.b.link.to("unit", u.UnitID)}
	for _, i := range u.Issues {
		row.Open = row.Open || i.Open
	}
	for _, column := range t.Columns(false) {
		cell := t.cell(column.Key, u)
		cell.Key, cell.Kind = column.Key, column.Kind
		row.Cells = append(row.Cells, cell)
	}
	return row
}

// Plain are the cells of a unit as a file has them.
func (t FindingTable) Plain(u *queries.FindingUnit) []Cell {
	var cells []Cell
	for _, column := range t.Columns(true) {
		cell := t.cell(column.Key, u)
		if text := cell.text(t.b.p); text != "" {
			cell.Cell = textCell(text)
		}
		cells = append(cells, cell.Cell)
	}
	return cells
}

func (t FindingTable) cell(column string, u *queries.FindingUnit) CaseCell {
	names := t.b.names
	switch column {
	case "name":
		return CaseCell{Cell: textCell(u.Name).to(t.b.link.to("unit", u.UnitID))}
	case "unit_id":
		return CaseCell{Cell: textCell(u.UnitID)}
	case "region":
		return CaseCell{Cell: textCell(names.Region(u.RegionCode))}
	case "state":
		return CaseCell{Mark: &Mark{u.State, names.Word("state")(u.State)}}
	case "level":
		if u.Level == "" {
			return CaseCell{Cell: Cell{Text: NotApplicable}}
		}
		return CaseCell{Mark: &Mark{u.Level, levelName(names, u.Level)}}
	case "window":
		return CaseCell{Cell: textCell(Window(t.b.p, period.Range{From: u.From, To: u.To}))}
	case "records":
		return CaseCell{Cell: Cell{Text: count(u.Records), Raw: strconv.FormatUint(u.Records, 10)}}
	case "issues":
		return CaseCell{Links: t.b.issueLinks(u.Issues)}
	}
	cell := newUnit(t.b.p, 100, "yuan").cell(u.Amount)
	cell.Tone = toneOf(-u.Amount)
	return CaseCell{Cell: cell}
}
