package dashboards

import (
	"slices"
	"strings"

	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/region"
)

// Provinces lists the provinces whose premiums a pack may decide: those of the mainland.
func Provinces() []string {
	return slices.DeleteFunc(region.Children(""), func(code string) bool {
		return slices.Contains([]string{"710000", "810000", "820000"}, code)
	})
}

// CoverageColumns are the keys of the columns of CoverageTable.
var CoverageColumns = []string{"province", "areas", "insurance", "unit_kinds", "from", "to", "state", "status", "to_do"}

// CoverageTable says for which areas, insurances and months a pack has rates and limits, what is kept beside it and why, and
// what a bureau has to bring.
func CoverageTable(p *i18n.Printer, rows []policy.CoverageRow) Table {
	t := Table{ID: "coverage", Title: p.T("web.policy.block.coverage")}
	for _, key := range CoverageColumns {
		t.Columns = append(t.Columns, Column{key, p.T("web.policy.coverage." + key), KindText})
	}
	for _, r := range rows {
		t.Rows = append(t.Rows, coverageCells(p, r))
	}
	return t
}

func coverageCells(p *i18n.Printer, r policy.CoverageRow) []Cell {
	state := textCell(p.T("web.policy.coverage.state." + string(r.State)))
	if r.State != policy.CoverageOn {
		state.Tone = ToneUnder
	}
	from, to := NotApplicable, NotApplicable
	if r.From != 0 {
		from, to = r.From.String(), openMonth(p, r.To)
	}
	return []Cell{textCell(coverageArea(p, r.Province)), textCell(strings.Join(CoverageAreas(p, r), p.T("web.list_separator"))), textCell(coverageInsurance(p, r.Insurance)),
		textCell(coverageKinds(p, r.Kinds)), textCell(from), textCell(to), state, textCell(orDash(r.Status)), textCell(orDash(coverageToDo(p, r)))}
}

func coverageArea(p *i18n.Printer, code string) string {
	if code == "" {
		return p.T("web.nation")
	}
	return AreaName(p, code)
}

// CoverageAreas names the areas of a row; the province itself stands for all of it.
func CoverageAreas(p *i18n.Printer, r policy.CoverageRow) []string {
	var names []string
	for _, area := range r.Areas {
		if area == r.Province {
			names = append(names, p.T("web.policy.coverage.whole"))
		} else {
			names = append(names, AreaName(p, area))
		}
	}
	return names
}

func coverageInsurance(p *i18n.Printer, ins contribution.Insurance) string {
	if ins == 0 {
		return p.T("web.policy.all_insurances")
	}
	return NewNames(p).Word("insurance")(ins.String())
}

func coverageKinds(p *i18n.Printer, kinds []contribution.UnitKind) string {
	if len(kinds) == 0 {
		return p.T("web.policy.any")
	}
	var names []string
	for _, kind := range kinds {
		names = append(names, NewNames(p).Word("unit_kind")(kind.String()))
	}
	return strings.Join(names, p.T("web.list_separator"))
}

// coverageToDo says what a bureau has to bring so that the months of a row are covered.
func coverageToDo(p *i18n.Printer, r policy.CoverageRow) string {
	switch {
	case r.State == policy.CoverageUnconfirmed:
		return p.T("web.policy.coverage.verify", "file", r.File)
	case r.State == policy.CoverageMissing && r.Insurance == contribution.WorkInjury:
		return p.T("web.policy.coverage.bring_work_injury")
	case r.State == policy.CoverageMissing:
		return p.T("web.policy.coverage.bring")
	}
	return ""
}

func openMonth(p *i18n.Printer, m period.Period) string {
	if m == 0 {
		return p.T("web.policy.open")
	}
	return m.String()
}

// Coverage is what the pack of a run covers. With a run only the files in force are kept, so that what is known beside them is
// that of the pack that ships under the same id, if one does.
func Coverage(pack *policy.Pack, comparison policy.Comparison) []policy.CoverageRow {
	var beside []policy.Unconfirmed
	if folder, err := policy.BuiltinFS(pack.ID); err == nil {
		beside, err = pack.ReadUnconfirmed(folder)
		if err != nil {
			beside = nil // the run's pack has other measures than the one that ships
		}
	}
	return pack.Coverage(comparison, beside, Provinces())
}

// coverage is what the pack covers of the area and insurance that were asked for.
func (b policyBuilder) coverage() Block {
	rows := slices.DeleteFunc(slices.Clone(b.asked.Coverage), func(r policy.CoverageRow) bool {
		return !CoverageOf(r, b.asked.Area) || b.asked.Insurance != 0 && r.Insurance != 0 && r.Insurance != b.asked.Insurance
	})
	t := CoverageTable(b.p, rows)
	return Block{ID: t.ID, Title: t.Title, Table: t, Note: b.p.T("web.policy.coverage.note"),
		Lead: b.p.T("web.policy.coverage.lead", "area", b.area(b.asked.Area), "comparison", b.asked.Comparison.Title)}
}

// CoverageOf tells whether a row is about an area: it, a part of it, or what it is a part of.
func CoverageOf(r policy.CoverageRow, area string) bool {
	asked := filter.AreaPrefix(area)
	return slices.ContainsFunc(r.Areas, func(code string) bool {
		of := filter.AreaPrefix(code)
		return strings.HasPrefix(asked, of) || strings.HasPrefix(of, asked)
	})
}

// deferrals are what may be paid later: a date of payment, which no sum knows.
func (b policyBuilder) deferrals() Block {
	p := b.p
	t := Table{ID: "deferrals", Title: p.T("web.policy.block.deferrals"), Columns: []Column{
		{"area", p.T("web.column.region"), KindText}, {"insurance", p.T("web.column.insurance"), KindText}, {"payer", p.T("web.policy.column.payer"), KindText},
		{"who", p.T("web.policy.column.who"), KindText}, {"from", p.T("web.policy.column.from"), KindText}, {"to", p.T("web.policy.column.to"), KindText},
		{"payable_by", p.T("web.policy.column.payable_by"), KindText}, {"document_no", p.T("web.policy.column.document"), KindText},
		{"checked_on", p.T("web.policy.column.checked"), KindText}}}
	for _, d := range b.pack.DeferralsIn(b.asked.Asked) {
		by := p.T("web.policy.by_place")
		if d.PayableBy != 0 {
			by = d.PayableBy.String()
		}
		t.Rows = append(t.Rows, []Cell{textCell(b.area(d.Area)), textCell(b.word("insurance", d.Insurance.String())), textCell(b.word("payer", d.Payer.String())),
			textCell(d.Who), textCell(d.From.String()), textCell(b.until(d.To)), textCell(by), textCell(d.DocumentNo), textCell(d.CheckedOn)})
	}
	return Block{ID: t.ID, Title: t.Title, Table: t, Note: p.T("web.policy.deferrals.note")}
}
