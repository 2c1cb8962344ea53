package dashboards

import (
	"slices"
	"strconv"
	"strings"

	"jianfu/internal/contribution"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/policy"
	"jianfu/internal/region"
)

// PolicyAsked is what somebody wants to know of a policy pack: the rates and limits of an area, and what applies to a
// unit of some class in a month.
type PolicyAsked struct {
	policy.Asked
	Plain      bool // without files, rows and checksums, which are nothing to who neither keeps the pack nor looks into records
	Month      period.Period
	Class      policy.Class // its region is the area
	Comparison policy.Comparison
	DataTo     period.Period // as far as open rows are drawn
	Coverage   []policy.CoverageRow
}

// Policy is the contents of the policy page.
type Policy struct {
	Title       string
	Place       string
	Measures    Block
	Comparisons []PolicyComparison
	Rates       Block
	Limits      Block
	Doubts      Block
	Applies     Block
	Coverage    Block
	Deferrals   Block
}

// PolicyComparison explains one comparison in sentences.
type PolicyComparison struct {
	ID, Title string
	Default   bool
	Old, New  string
	Steps     []string // each added measure in words
}

// Table finds a table by its ID.
func (o *Policy) Table(id string) (Table, bool) {
	for _, b := range []*Block{&o.Measures, &o.Rates, &o.Limits, &o.Doubts, &o.Applies, &o.Coverage, &o.Deferrals} {
		if b.Table.ID == id {
			return b.Table, true
		}
	}
	return Table{}, false
}

// policyBuilder carries what all parts of the page need.
type policyBuilder struct {
	p     *i18n.Printer
	names Names
	pack  *policy.Pack
	asked PolicyAsked
}

// NewPolicy makes the contents of the policy page. A tie between rows that decide is the problem policy_tie.
func NewPolicy(pack *policy.Pack, asked PolicyAsked, p *i18n.Printer) (*Policy, error) {
	b := policyBuilder{p, NewNames(p), pack, asked}
	page := &Policy{Title: p.T("web.policy.title"), Place: b.area(asked.Area), Measures: b.measures(), Comparisons: b.comparisons()}
	doubts := pack.Doubts(asked.Asked)
	page.Rates = b.timeline("rates", pack.RateTracks(asked.Asked), doubts)
	page.Limits = b.timeline("limits", pack.BaseTracks(asked.Asked), nil)
	page.Doubts = b.doubts(doubts)
	page.Coverage, page.Deferrals = b.coverage(), b.deferrals()
	var err error
	page.Applies, err = b.applies()
	return page, err
}

// area names the area of a row; "" is any.
func (b policyBuilder) area(code string) string {
	if code == "" || code == "000000" {
		return b.p.T("web.policy.any_area")
	}
	return region.NameIn(b.p.Language(), code)
}

// word names a key of a row; "" is any.
func (b policyBuilder) word(list, key string) string {
	if key == "" {
		return b.p.T("web.policy.any")
	}
	return b.names.Word(list)(key)
}

// measure names a measure; "" is the baseline.
func (b policyBuilder) measure(id string) string {
	if id == "" {
		return b.p.T("web.policy.baseline")
	}
	m, _ := b.pack.Measure(id)
	return m.Title
}

// titles joins the titles of measures, in the pack's order.
func (b policyBuilder) titles(ids []string) string {
	var titles []string
	for _, id := range ids {
		titles = append(titles, b.measure(id))
	}
	return strings.Join(titles, b.p.T("web.list_separator"))
}

// measures are the measures of the pack in order, with how many rows each has and from when on.
func (b policyBuilder) measures() Block {
	p := b.p
	t := Table{ID: "measures", Title: p.T("web.policy.block.measures")}
	t.Columns = []Column{
		{"order", p.T("web.policy.column.order"), KindCount}, {"measure", p.T("web.column.code"), KindCode},
		{"title", p.T("web.column.measure"), KindText}, {"document_no", p.T("web.policy.column.document"), KindText},
		{"from", p.T("web.policy.column.first"), KindText},
		{"rates", p.T("web.policy.column.rate_rows"), KindCount}, {"limits", p.T("web.policy.column.limit_rows"), KindCount},
	}
	for i, m := range append([]policy.Measure{{}}, b.pack.Measures...) {
		var first period.Period
		var rates, limits uint64
		note := func(r *policy.Row, count *uint64) {
			if r.Measure == m.ID {
				if *count++; first == 0 || r.From < first {
					first = r.From
				}
			}
		}
		for k := range b.pack.Rates {
			note(&b.pack.Rates[k].Row, &rates)
		}
		for k := range b.pack.Bases {
			note(&b.pack.Bases[k].Row, &limits)
		}
		title, document := textCell(m.Title), textCell(m.DocumentNo)
		if m.ID == "" {
			title, document = textCell(p.T("web.policy.baseline")), Cell{Text: NotApplicable}
		}
		t.Rows = append(t.Rows, []Cell{countCell(uint64(i)), textCell(m.ID), title, document, {Text: Month(p, first), Raw: first.String()}, //nolint:gosec // a place
			countCell(rates), countCell(limits)})
	}
	return Block{ID: "measures", Title: t.Title, Note: p.T("web.policy.note.measures"), Table: t}
}

// comparisons explains each comparison: which measures are old, which are added, and what the effect of one is.
func (b policyBuilder) comparisons() []PolicyComparison {
	var list []PolicyComparison
	for _, c := range b.pack.Comparisons {
		x := PolicyComparison{ID: c.ID, Title: c.Title, Default: c.ID == b.pack.DefaultComparison().ID}
		if x.Old = b.p.T("web.policy.old_is_baseline"); len(c.Old) > 0 {
			x.Old = b.p.T("web.policy.old_is", "measures", b.titles(c.Old))
		}
		if x.New = b.p.T("web.policy.new_is_old"); len(c.Added()) > 0 {
			x.New = b.p.T("web.policy.new_is", "measures", b.titles(c.Added()))
		}
		for i, id := range c.Added() {
			m, _ := b.pack.Measure(id)
			x.Steps = append(x.Steps, b.p.T("web.policy.effect_of", "number", i+1, "title", m.Title, "document", m.DocumentNo))
		}
		list = append(list, x)
	}
	return list
}

// doubts are the gaps, overlaps and ties that check finds of the months.
func (b policyBuilder) doubts(doubts []policy.Doubt) Block {
	p := b.p
	t := Table{ID: "doubts", Title: p.T("web.policy.block.doubts")}
	t.Columns = []Column{
		{"severity", p.T("web.policy.column.severity"), KindText}, {"file", p.T("web.policy.column.file"), b.rowKind()},
		{"line", p.T("web.policy.column.line"), b.rowKind()}, {"area", p.T("web.column.region"), KindText},
		{"from", p.T("web.policy.column.from"), KindText}, {"to", p.T("web.policy.column.to"), KindText},
		{"message", p.T("web.policy.column.message"), KindText},
	}
	for _, d := range doubts {
		severity := textCell(p.T("web.policy.severity." + string(d.Severity)))
		severity.Tone = ToneIncrease
		t.Rows = append(t.Rows, []Cell{severity, textCell(d.File), textCell(strconv.Itoa(d.Line)), textCell(b.area(d.Area)),
			textCell(d.Months.From.String()), textCell(b.until(d.Months.To)), textCell(p.Error(d.Fault()))})
	}
	block := Block{ID: "doubts", Title: t.Title, Table: t}
	if len(doubts) == 0 {
		block.Lead = p.T("web.policy.no_doubts", "area", b.area(b.asked.Area))
	}
	return block
}

// until writes the last month of a row.
func (b policyBuilder) until(m period.Period) string {
	if m == 0 {
		return b.p.T("web.policy.open")
	}
	return m.String()
}

// applies is what holds for the class and month that were asked for, step by step of the comparison, with the rows that
// decide.
func (b policyBuilder) applies() (Block, error) {
	p, a := b.p, b.asked
	t := Table{ID: "applies", Title: p.T("web.policy.block.applies")}
	t.Columns = []Column{
		{"scenario", p.T("web.policy.column.scenario"), KindText}, {"insurance", p.T("web.column.insurance"), KindText},
		{"payer", p.T("web.policy.column.payer"), KindText}, {"rate", p.T("web.policy.column.rate"), KindPercent},
		{"rate_rows", p.T("web.policy.column.rate_source"), KindText}, {"floor", p.T("web.policy.column.floor"), KindMoney},
		{"cap", p.T("web.policy.column.cap"), KindMoney}, {"rounding", p.T("web.policy.column.rounding"), KindText},
		{"limit_row", p.T("web.policy.column.limit_source"), KindText},
	}
	t.Unit = newUnit(p, 100, "yuan")
	insurances := contribution.Insurances
	if a.Insurance != 0 {
		insurances = []contribution.Insurance{a.Insurance}
	}
	held, err := b.pack.Show(a.Class, a.Month, insurances)
	if err != nil {
		return Block{}, err
	}
	at := slices.IndexFunc(held, func(h policy.Held) bool { return h.Comparison.ID == a.Comparison.ID })
	rounding := b.pack.RoundingFor(a.Class.RegionCode)
	for _, step := range held[at].Steps {
		scenario := p.T("web.policy.step_old")
		if step.Added != "" {
			scenario = p.T("web.policy.step_added", "title", b.measure(step.Added))
		}
		for _, term := range step.Terms {
			for _, payer := range contribution.Payers {
				if len(a.Payers) == 0 || slices.Contains(a.Payers, payer) {
					t.Rows = append(t.Rows, b.appliesRow(scenario, term, payer, t.Unit))
				}
			}
		}
	}
	return Block{ID: "applies", Title: t.Title, Table: t, Lead: p.T("web.policy.applies_to", "area", b.area(a.Class.RegionCode), "month", Month(p, a.Month),
		"comparison", a.Comparison.Title), Note: p.T("web.policy.note.applies", "level", p.T("policy.level."+rounding.Level.String()),
		"amount", p.T("policy.amount."+rounding.Amount.String()))}, nil
}

func (b policyBuilder) appliesRow(scenario string, held policy.HeldTerm, payer contribution.Payer, unit Unit) []Cell {
	none := Cell{Text: NotApplicable}
	terms := held.Terms
	row := []Cell{textCell(scenario), textCell(b.word("insurance", held.Insurance.String())), textCell(b.word("payer", payer.String())),
		none, none, none, none, none, none}
	share := terms.Share(payer)
	switch {
	case !terms.Covered:
		row[4] = textCell(b.p.T("web.policy.uncovered"))
		return row
	case !share.HasRate:
		row[4] = textCell(b.p.T("web.policy.no_share"))
		return row
	}
	row[3] = Cell{Text: share.Rate.Percent(), Raw: share.Rate.Percent()}
	row[4] = textCell(b.rateSource(held.Insurance, share))
	limit := terms.Limit
	if limit.Row == nil {
		row[8] = textCell(b.p.T("web.policy.no_limit"))
		return row
	}
	if limit.HasFloor {
		row[5] = unit.cell(limit.Floor)
	}
	if limit.HasCap {
		row[6] = unit.cell(limit.Cap)
	}
	row[7] = textCell(b.p.T("policy.rounding." + limit.Rounding.String()))
	row[8] = textCell(b.source(policy.BasesFile, limit.Row.Row))
	return row
}

// rateSource is how a rate came about: the row that set it, the float factor, and the factor rows, each with its document.
func (b policyBuilder) rateSource(ins contribution.Insurance, share *policy.Share) string {
	first := share.Rows[0]
	parts := []string{b.p.T("web.policy.from_rate", "rate", first.Rate.Percent(), "source", b.source(policy.RatesFile, first.Row))}
	if factor := b.asked.Class.FloatFactor; ins == contribution.WorkInjury && factor != money.One {
		parts = append(parts, b.p.T("web.policy.from_float", "factor", factor))
	}
	for _, row := range share.Rows[1:] {
		parts = append(parts, b.p.T("web.policy.from_factor", "factor", row.Factor, "source", b.source(policy.RatesFile, row.Row)))
	}
	return strings.Join(parts, " ")
}

// rowKind is the kind of columns that name files and their rows: files of the tables have them always, pages where they are asked for.
func (b policyBuilder) rowKind() Kind {
	if b.asked.Plain {
		return KindCode
	}
	return KindText
}

// source names a row by its document, the day on which it was checked, its file and line.
func (b policyBuilder) source(file string, r policy.Row) string {
	if b.asked.Plain {
		return b.p.T("web.policy.source", "document", orDash(r.DocumentNo), "checked", orDash(r.CheckedOn))
	}
	return b.p.T("policy.show.source", "document", orDash(r.DocumentNo), "file", file, "line", r.Line, "checked", orDash(r.CheckedOn))
}

func orDash(text string) string {
	if text == "" {
		return NotApplicable
	}
	return text
}
