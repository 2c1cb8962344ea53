package dashboards

import (
	"cmp"
	"slices"
	"strings"

	"jianfu/internal/dimension"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/queries"
)

// Narrative is a report in words, made by rules from the figures of an overview. A sentence stands only where the figures hold it;
// what is concealed is in no sentence, and sentences about extremes say that they are about what is shown.
type Narrative struct {
	Title    string
	Subtitle string
	Opening  string // "" where there is nothing to report
	Sections []Section
	Closing  string
	Note     string // below each table: what it is of
	Hidden   string // below those that have figures which are not shown
}

// Section is a part of a narrative. Block is the chart and the table that belong to it, nil for none.
type Section struct {
	ID    string
	Title string
	Lines []Line
	Block *Block
}

// Line is a paragraph. Lead, where there is one, stands before it: 一是.
type Line struct{ Lead, Text string }

// Brief is a report on one page, for a leader.
type Brief struct {
	Title    string
	Subtitle string
	Headline string
	Findings []string
	Risks    []Line // each with the cell in which it is seen
	Asks     []string
}

// Handled is what became of the issues of the ledger; nil where a report does not say it.
type Handled = queries.IssueCount

// NewNarrative makes the report in the printer's language, of what Conceal left of the figures.
func NewNarrative(r Reading, handled *Handled, p *i18n.Printer) *Narrative {
	b, page := r.forWords(p)
	n := &Narrative{Title: p.T("narrative.title", "place", page.Place), Subtitle: b.subtitle()}
	if nothing := b.nothing(page); nothing != "" {
		n.Sections = []Section{{ID: "overall", Title: p.T("narrative.section.overall"), Lines: []Line{{Text: nothing}}}}
		return n
	}
	n.Opening, n.Closing = p.T("narrative.opening", "place", page.Place, "window", b.window()), p.T("narrative.closing")
	n.Note = p.T("narrative.table.note", "window", b.window(), "comparison", b.comparison(), "run", r.Overview.Stamp.Run)
	n.Hidden = p.T("narrative.table.concealed", "least", r.Hidden.Least)
	add := func(id string, block *Block, lines ...Line) {
		for i := range lines {
			lines[i].Text = strings.TrimSpace(lines[i].Text)
		}
		lines = slices.DeleteFunc(lines, func(l Line) bool { return l.Text == "" })
		if len(lines) > 0 {
			n.Sections = append(n.Sections, Section{id, p.T("narrative.section." + id), lines, block})
		}
	}
	add("overall", &page.Months, b.overall(page)...)
	for _, d := range dimension.All {
		if d.Told {
			add(d.Plural, page.of(d), b.divided(b.breakdownBy(d))...)
		}
	}
	add("reasons", &page.Reasons, b.why()...)
	add("problems", nil, b.problems(page, handled)...)
	add("asks", nil, b.enumerated(asks(page.Findings))...)
	add("basis", nil, b.basis()...)
	return n
}

// breakdownBy is that of a dimension; the words of a list stand by what they come to.
func (b builder) breakdownBy(d *dimension.Dimension) breakdown {
	switch d {
	case dimension.Regions:
		return b.regionBreakdown()
	case dimension.Industries:
		return b.industryBreakdown()
	}
	return b.wordBreakdown(d.Plural, d, nil)
}

// NewBrief makes the page for a leader: the headline, at most three findings and three risks, and what is asked of the reader.
func NewBrief(r Reading, p *i18n.Printer) *Brief {
	b, page := r.forWords(p)
	brief := &Brief{Title: p.T("narrative.brief.title", "place", page.Place), Subtitle: b.subtitle()}
	if brief.Headline = b.nothing(page); brief.Headline != "" {
		return brief
	}
	brief.Headline = b.headlineOf(page)
	for _, f := range page.Findings.Good {
		brief.Findings = append(brief.Findings, plainly(f.Text))
	}
	for _, f := range page.Findings.Risks {
		brief.Risks = append(brief.Risks, Line{Text: plainly(f.Text), Lead: p.T("narrative.cell", "cell", f.Cell)})
	}
	if len(brief.Findings) == 0 {
		brief.Findings = []string{p.T("web.findings.none")}
	}
	if len(brief.Risks) == 0 {
		brief.Risks = []Line{{Text: p.T("web.risks.none")}}
	}
	if brief.Asks = asks(page.Findings); len(brief.Asks) == 0 {
		brief.Asks = []string{p.T("narrative.ask.nothing")}
	}
	return brief
}

// forWords makes the builder and the page that sentences are made of.
func (r Reading) forWords(p *i18n.Printer) (builder, *Overview) {
	b := builder{p, NewNames(p), r.Overview, r.Hidden, r.Link, Rankings[0], r.Versus}
	return b, b.overview()
}

// nothing says why there is nothing to report; "" where there is something.
func (b builder) nothing(page *Overview) string {
	switch {
	case page.Deep:
		return b.p.T("narrative.nothing.deep")
	case page.Withheld:
		return b.p.T("narrative.nothing.withheld", "place", page.Place, "window", b.window(), "least", b.hidden.Least)
	case page.Empty:
		return b.p.T("narrative.nothing.empty", "place", page.Place, "window", b.window())
	}
	return ""
}

func (b builder) window() string { return Window(b.p, b.o.View.Window) }

// subtitle is the period, and whose burden it is about.
func (b builder) subtitle() string {
	var payers []string
	for _, payer := range b.o.View.Payers {
		payers = append(payers, b.p.T("web.payer."+payer.String()))
	}
	return b.p.T("narrative.subtitle", "window", b.window(), "payers", strings.Join(payers, b.p.T("web.list_separator")))
}

// plainly takes the marks out of a sentence that a page may print bold.
func plainly(sentence string) string {
	return strings.NewReplacer(StrongStart, "", StrongEnd, "").Replace(sentence)
}

// headlineOf is the conclusion with its period.
func (b builder) headlineOf(page *Overview) string {
	return b.p.T("narrative.headline", "window", b.window(), "headline", plainly(page.Headline))
}

// overall says how things stand in all: the conclusion, what it is compared with, the states of units, the measures, and how the
// last month moved.
func (b builder) overall(page *Overview) []Line {
	p, t := b.p, b.o.Total
	lines := []Line{{Text: b.headlineOf(page)}}
	burden := p.T("narrative.burden", "comparison", b.comparison(), "old", b.inUnit(t.Old), "new", b.inUnit(t.New), "charged", b.inUnit(t.Charged))
	if t.Entitled > 0 && t.Due() != t.Entitled {
		burden += p.T("narrative.net", "entitled", b.inUnit(t.Entitled), "delivered", b.inUnit(t.Delivered))
	}
	if t.Overcharged > 0 && t.Undercharged > 0 {
		burden += p.T("narrative.apart")
	}
	return append(lines, Line{Text: burden}, Line{Text: b.unitsByState()}, Line{Text: b.byMeasure()}, Line{Text: b.lastMonth()})
}

// comparison is the title of what old and new are.
func (b builder) comparison() string {
	for _, c := range b.o.Stamp.Comparisons {
		if c.ID == b.o.View.Comparison {
			return c.Title
		}
	}
	return b.o.View.Comparison
}

// listed joins parts of a sentence, "" for none.
func (b builder) listed(key string, parts []string, values ...any) string {
	if len(parts) == 0 {
		return ""
	}
	return b.p.T(key, append(values, "list", strings.Join(parts, b.p.T("narrative.separator")))...)
}

// unitsByState counts the units by how their burden moved.
func (b builder) unitsByState() string {
	total := b.o.Total.States.Total()
	var parts []string
	for _, s := range b.statesOf(b.o.Total.States) {
		if s.count > 0 {
			parts = append(parts, b.p.T("narrative.state", "state", s.name, "units", count(s.count), "share", percent(b.p, money.Fen(s.count), money.Fen(total)))) //nolint:gosec // counts of units
		}
	}
	return b.listed("narrative.states", parts, "units", count(total))
}

// byMeasure says what each measure does, whether it takes off or adds.
func (b builder) byMeasure() string {
	var parts []string
	for _, m := range b.o.ByMeasure {
		switch {
		case m.Effect > 0:
			parts = append(parts, b.p.T("narrative.measure.less", "measure", m.Title, "effect", b.inUnit(m.Effect)))
		case m.Effect < 0:
			parts = append(parts, b.p.T("narrative.measure.more", "measure", m.Title, "effect", b.inUnit(-m.Effect)))
		}
	}
	return b.listed("narrative.measures", parts)
}

// lastMonth says how the share of the window's last month stands beside that of the month before; "" where either has none.
func (b builder) lastMonth() string {
	now, before, why := b.lastMonths()
	if why != "" || now.Entitled <= 0 || before.Entitled <= 0 {
		return ""
	}
	moved := permille(now.Delivered, now.Entitled) - permille(before.Delivered, before.Entitled)
	key := "narrative.month.same"
	switch {
	case moved > 0:
		key = "narrative.month.up"
	case moved < 0:
		key = "narrative.month.down"
	}
	return b.p.T(key, "month", Month(b.p, now.window.From), "before", Month(b.p, before.window.From), "due", b.inUnit(now.Due()), "real", b.inUnit(now.Real()),
		"rate", rate(b.p, now.Delivered, now.Entitled), "moved", b.points(moved))
}

// mostNamed is how many members a sentence names.
const mostNamed = 5

// divided says how the members of a dimension stand.
func (b builder) divided(d breakdown) []Line {
	if b.hidden.Closed(d.counts) {
		return nil
	}
	p := b.p
	rows := b.shown(d)
	hidden := 0
	var undue []string
	for _, r := range d.rows {
		switch {
		case b.hidden.Of(d.counts, r.Key):
			hidden++
		case r.Entitled <= 0:
			undue = append(undue, d.names[r.Key])
		}
	}
	text := func(key string, count int, values ...any) string {
		return p.T("narrative."+key, append(values, "of", p.T("narrative.of."+d.word, "count", count))...)
	}
	var lines []Line
	if len(rows) > 1 {
		lines = append(lines, Line{Text: b.ends(d, rows, hidden > 0, text) + b.greatest(d, rows, text)}, Line{Text: b.below(d, rows, text)})
	} else if len(rows) == 1 {
		lines = append(lines, Line{Text: text("only", 1, "name", d.names[rows[0].Key], "due", b.inUnit(rows[0].Due()), "delivered", b.inUnit(rows[0].Delivered),
			"rate", rate(p, rows[0].Delivered, rows[0].Entitled))})
	}
	if d.word == "size" {
		if f, ok := b.smallMicro(); ok {
			lines = append(lines, Line{Text: plainly(p.T("web.finding.small_micro", f.values...))})
		}
	}
	rest := ""
	if len(undue) > 0 {
		rest = text("undue", len(undue), "names", b.some(undue))
	}
	if hidden > 0 {
		rest += text("hidden", hidden)
	}
	return append(lines, Line{Text: rest})
}

// some joins names, of many the first few.
func (b builder) some(names []string) string {
	text := strings.Join(names[:min(len(names), mostNamed)], b.p.T("web.list_separator"))
	if len(names) > mostNamed {
		return b.p.T("narrative.and_others", "names", text)
	}
	return text
}

// ends says between which shares the members lie.
func (b builder) ends(d breakdown, rows []queries.MemberRow, hidden bool, text func(string, int, ...any) string) string {
	byShare := func(x, y queries.MemberRow) int {
		return cmp.Or(cmp.Compare(permille(x.Delivered, x.Entitled), permille(y.Delivered, y.Entitled)), strings.Compare(x.Key, y.Key))
	}
	low, high := slices.MinFunc(rows, byShare), slices.MaxFunc(rows, byShare)
	gap := permille(high.Delivered, high.Entitled) - permille(low.Delivered, low.Entitled)
	key := "ends"
	if gap == 0 {
		key = "ends.equal"
	}
	scope := ""
	if hidden {
		scope = text("ends.shown", 0)
	}
	return scope + text(key, len(rows), "high", d.names[high.Key], "high_rate", rate(b.p, high.Delivered, high.Entitled),
		"low", d.names[low.Key], "low_rate", rate(b.p, low.Delivered, low.Entitled), "gap", b.points(gap))
}

// greatest names the members to which most of the reduction went.
func (b builder) greatest(d breakdown, rows []queries.MemberRow, text func(string, int, ...any) string) string {
	rows = slices.SortedFunc(slices.Values(rows), func(x, y queries.MemberRow) int {
		return cmp.Or(cmp.Compare(y.Delivered, x.Delivered), strings.Compare(x.Key, y.Key))
	})
	var parts []string
	for _, r := range rows[:min(len(rows), 3)] {
		if r.Delivered > 0 {
			parts = append(parts, text("greatest.one", 1, "name", d.names[r.Key], "delivered", b.inUnit(r.Delivered)))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return text("greatest", len(parts), "list", strings.Join(parts, b.p.T("web.list_separator")))
}

// below names the members of which a smaller share arrived than of the whole, the furthest below first.
func (b builder) below(d breakdown, rows []queries.MemberRow, text func(string, int, ...any) string) string {
	t := b.o.Total
	if t.Entitled <= 0 {
		return ""
	}
	whole := permille(t.Delivered, t.Entitled)
	rows = slices.DeleteFunc(slices.Clone(rows), func(r queries.MemberRow) bool { return permille(r.Delivered, r.Entitled) >= whole })
	slices.SortStableFunc(rows, func(x, y queries.MemberRow) int {
		return cmp.Compare(permille(x.Delivered, x.Entitled), permille(y.Delivered, y.Entitled))
	})
	var parts []string
	for _, r := range rows[:min(len(rows), mostNamed)] {
		parts = append(parts, text("below.one", 1, "name", d.names[r.Key], "rate", rate(b.p, r.Delivered, r.Entitled), "gap", b.points(whole-permille(r.Delivered, r.Entitled)),
			"overcharged", b.inUnit(r.Overcharged)))
	}
	key := "below"
	if len(rows) > mostNamed {
		key = "below.many"
	}
	return b.listed("narrative."+key, parts, "rate", rate(b.p, t.Delivered, t.Entitled), "of", b.p.T("narrative.of."+d.word, "count", len(rows)))
}

// why says what was charged too much and too little, and for which reasons.
func (b builder) why() []Line {
	p, t := b.p, b.o.Total
	if b.hidden.Closed(queries.AxisReason) {
		return nil
	}
	if t.Overcharged == 0 && t.Undercharged == 0 {
		return []Line{{Text: p.T("narrative.why.none")}}
	}
	var sides, parts []string
	if t.Overcharged > 0 {
		sides = append(sides, p.T("narrative.why.over", "amount", b.inUnit(t.Overcharged), "units", count(t.UnitsOvercharged)))
	}
	if t.Undercharged > 0 {
		sides = append(sides, p.T("narrative.why.under", "amount", b.inUnit(t.Undercharged), "units", count(t.UnitsUndercharged)))
	}
	for _, r := range byAmount(b.o.ByReason) {
		if part := b.reason(r); part != "" && len(parts) < mostNamed {
			parts = append(parts, part)
		}
	}
	return append([]Line{{Text: b.listed("narrative.why", sides)}}, b.enumerated(parts)...)
}

// reason says what a reason comes to.
func (b builder) reason(r queries.ReasonRow) string {
	var sides []string
	if r.More > 0 {
		sides = append(sides, b.p.T("narrative.reason.more", "amount", b.inUnit(r.More)))
	}
	if r.Less > 0 {
		sides = append(sides, b.p.T("narrative.reason.less", "amount", b.inUnit(r.Less)))
	}
	key := "narrative.reason"
	if r.Reason == MergedReasons || r.Units == 0 {
		key = "narrative.reason.merged"
	}
	return b.listed(key, sides, "reason", b.names.Word("reason")(r.Reason), "units", count(r.Units))
}

// problems are the risks, and what became of the issues that were registered.
func (b builder) problems(page *Overview, handled *Handled) []Line {
	var texts []string
	for _, f := range page.Findings.Risks {
		texts = append(texts, plainly(f.Text))
	}
	lines := b.enumerated(texts)
	if len(lines) == 0 {
		lines = []Line{{Text: b.p.T("web.risks.none")}}
	}
	switch {
	case handled == nil:
	case handled.Issues == 0:
		lines = append(lines, Line{Text: b.p.T("narrative.issues.none")})
	default:
		lines = append(lines, Line{Text: b.p.T("narrative.issues", "issues", count(handled.Issues), "closed", count(handled.Closed), "open", count(handled.Open), "overdue", count(handled.Overdue),
			"found", b.inUnit(handled.Found), "corrected", b.inUnit(handled.Corrected), "exempted", b.inUnit(handled.Exempted), "reassessed", b.inUnit(handled.Reassessed), "outstanding", b.inUnit(handled.Outstanding))})
	}
	return lines
}

// basis says where the figures come from, and what the main ones mean.
func (b builder) basis() []Line {
	p, s := b.p, b.o.Stamp
	source := p.T("narrative.basis", "run", s.Run, "at", Moment(s.ComputedAt), "to", Month(p, s.DataTo), "pack", s.PackTitle)
	if s.SampleChecked > 0 {
		source += p.T("narrative.basis.sample", "units", count(s.SampleChecked))
	}
	lines := []Line{{Text: source}}
	for _, key := range []string{"due", "real", "rate", "overcharged", "undercharged"} {
		lines = append(lines, Line{p.T("narrative.definition", "name", p.T("web.definition."+key)), p.T("web.definition." + key + ".text")})
	}
	return lines
}

// enumerated puts 一是, 二是 before sentences; one alone needs none.
func (b builder) enumerated(texts []string) (lines []Line) {
	for i, text := range texts {
		lead := ""
		if len(texts) > 1 {
			lead = b.p.T("narrative.point." + string(rune('1'+i)))
		}
		lines = append(lines, Line{lead, text})
	}
	return lines
}

// asks are what the risks ask of the reader, each once.
func asks(f Findings) (list []string) {
	for _, risk := range f.Risks {
		if ask := plainly(risk.Ask); ask != "" && !slices.Contains(list, ask) {
			list = append(list, ask)
		}
	}
	return list
}
