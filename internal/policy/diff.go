package policy

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"jianfu/internal/contribution"
	"jianfu/internal/period"
)

// Change is one difference between the rows or the manifest of two packs. A row is the same row when area, insurance,
// payer, unit kind, size, risk class, first month, measure and electivity are.
type Change struct {
	File   string `json:"file"`
	Row    string `json:"row"`    // its keys as "column=value …"; for the manifest what it is about
	Column string `json:"column"` // "" where the whole row is on one side only
	Left   string `json:"left"`
	Right  string `json:"right"`
	LineL  int    `json:"left_line"`  // 0 where it is not there
	LineR  int    `json:"right_line"` // 0 where it is not there
}

// entry is a row or a part of the manifest as text, ready to be compared.
type entry struct {
	line   int
	values [][2]string // column and value
}

// Diff lists the rows and values that differ between two packs, by file and then by the keys of the rows.
func Diff(a, b *Pack) []Change {
	var changes []Change
	changes = append(changes, diffEntries(BasesFile, baseEntries(a), baseEntries(b))...)
	changes = append(changes, diffEntries(DeferralsFile, deferralEntries(a), deferralEntries(b))...)
	changes = append(changes, diffEntries(PackFile, manifestEntries(a), manifestEntries(b))...)
	changes = append(changes, diffEntries(RatesFile, rateEntries(a), rateEntries(b))...)
	return append(changes, diffEntries(RulesFile, ruleEntries(a), ruleEntries(b))...)
}

// ruleEntries are the rules of detection, those that ship with the program where the pack has none of its own.
func ruleEntries(p *Pack) map[string]entry {
	entries := map[string]entry{}
	for _, rule := range p.Detection.All() {
		entries["id="+rule.ID] = entry{values: rule.Cells()}
	}
	return entries
}

func diffEntries(file string, left, right map[string]entry) []Change {
	keys := slices.AppendSeq(slices.Collect(maps.Keys(left)), maps.Keys(right))
	slices.Sort(keys)
	var changes []Change
	for _, key := range slices.Compact(keys) {
		l, inLeft := left[key]
		r, inRight := right[key]
		switch {
		case !inLeft:
			changes = append(changes, Change{File: file, Row: key, Right: r.text(), LineR: r.line})
		case !inRight:
			changes = append(changes, Change{File: file, Row: key, Left: l.text(), LineL: l.line})
		default:
			for i := range l.values {
				if l.values[i] != r.values[i] {
					changes = append(changes, Change{file, key, l.values[i][0], l.values[i][1], r.values[i][1], l.line, r.line})
				}
			}
		}
	}
	return changes
}

// text writes the values that are not empty.
func (e entry) text() string {
	return joinPairs(e.values)
}

// joinPairs writes pairs as "column=value …", leaving out empty values.
func joinPairs(pairs [][2]string) string {
	var parts []string
	for _, pair := range pairs {
		if pair[1] != "" {
			parts = append(parts, pair[0]+"="+pair[1])
		}
	}
	return strings.Join(parts, " ")
}

func yesText(yes bool) string {
	if yes {
		return "yes"
	}
	return ""
}

func riskText(risk uint8) string {
	if risk == 0 {
		return ""
	}
	return digits(int(risk))
}

func rateEntries(p *Pack) map[string]entry {
	entries := map[string]entry{}
	for i := range p.Rates {
		r := &p.Rates[i]
		key := [][2]string{{"area", r.Area}, {"insurance", r.Insurance.String()}, {"payer", r.Payer.String()},
			{"unit_kind", r.Kind.String()}, {"size", r.Size.String()}, {"risk_class", riskText(r.RiskClass)},
			{"from", r.From.String()}, {"measure", r.Measure}, {"elective", yesText(r.Elective)}}
		rate, factor := r.Rate.String(), ""
		if r.IsFactor {
			rate, factor = "", r.Factor.String()
		}
		entries[joinPairs(key)] = entry{r.Line, [][2]string{{"to", r.To.String()}, {"rate", rate}, {"factor", factor},
			{"document_no", r.DocumentNo}, {"checked_on", r.CheckedOn}}}
	}
	return entries
}

func baseEntries(p *Pack) map[string]entry {
	entries := map[string]entry{}
	for i := range p.Bases {
		r := &p.Bases[i]
		key := [][2]string{{"area", r.Area}, {"insurance", r.Insurance.String()}, {"unit_kind", r.Kind.String()},
			{"from", r.From.String()}, {"measure", r.Measure}, {"elective", yesText(r.Elective)}}
		floor, ceiling := "", ""
		if r.HasFloor {
			floor = r.Floor.String()
		}
		if r.HasCap {
			ceiling = r.Cap.String()
		}
		entries[joinPairs(key)] = entry{r.Line, [][2]string{{"to", r.To.String()}, {"floor", floor}, {"cap", ceiling},
			{"rounding", r.Rounding.String()}, {"average_wage", r.AverageWage}, {"document_no", r.DocumentNo}, {"checked_on", r.CheckedOn}}}
	}
	return entries
}

func deferralEntries(p *Pack) map[string]entry {
	entries := map[string]entry{}
	for i := range p.Deferrals {
		d := &p.Deferrals[i]
		key := [][2]string{{"area", d.Area}, {"insurance", d.Insurance.String()}, {"payer", d.Payer.String()}, {"unit_kind", d.Kind.String()},
			{"from", d.From.String()}, {"who", d.Who}}
		entries[joinPairs(key)] = entry{d.Line, [][2]string{{"to", d.To.String()}, {"payable_by", d.PayableBy.String()},
			{"document_no", d.DocumentNo}, {"checked_on", d.CheckedOn}}}
	}
	return entries
}

func manifestEntries(p *Pack) map[string]entry {
	entries := map[string]entry{"pack": {values: [][2]string{{"id", p.ID}, {"title", p.Title}}}}
	for i, m := range p.Measures {
		entries["measure="+m.ID] = entry{values: [][2]string{{"position", digits(i + 1)}, {"title", m.Title}, {"document_no", m.DocumentNo}}}
	}
	for _, c := range p.Comparisons {
		entries["comparison="+c.ID] = entry{values: [][2]string{{"title", c.Title}, {"old", scenarioText(c.Old)},
			{"new", scenarioText(c.New)}, {"default", yesText(c.Default)}}}
	}
	rounding := func(r Rounding) entry {
		return entry{values: [][2]string{{"level", r.Level.String()}, {"amount", r.Amount.String()}}}
	}
	entries["rounding=default"] = rounding(p.defaultRounding)
	for _, a := range p.areaRoundings {
		entries["rounding="+a.area] = rounding(a.Rounding)
	}
	return entries
}

// ScenarioChange is months in which a parameter differs between two scenarios of a pack. Where it holds for a whole
// area, the areas within it are not listed again.
type ScenarioChange struct {
	Area      string                 `json:"area"` // as the rows name it; "" the country
	Insurance contribution.Insurance `json:"-"`
	What      string                 `json:"what"`    // employer, employee (rates), floor, cap or rounding
	Classes   string                 `json:"classes"` // keys of the class; "" all that the rows tell apart
	Months    period.Range           `json:"months"`
	Left      string                 `json:"left"` // "" none
	Right     string                 `json:"right"`
	Documents []string               `json:"documents"` // of the rows that decide on the right side
}

// DiffScenarios walks every area, insurance, class and month that the pack's rows tell apart and lists where the two
// scenarios give different parameters, for units that made these elections.
func (p *Pack) DiffScenarios(left, right, elections []string) ([]ScenarioChange, error) {
	walk := scenarioWalk{pack: p, left: left, right: right, elections: elections, seen: map[string]bool{}}
	for _, prefix := range p.AreaPrefixes() { // sorted, so that an area comes before those within it
		for _, ins := range contribution.Insurances {
			if err := walk.area(prefix, ins); err != nil {
				return nil, err
			}
		}
	}
	return walk.changes, nil
}

type scenarioWalk struct {
	pack                   *Pack
	left, right, elections []string
	seen                   map[string]bool // area prefix and change: to leave out what the wider area has said
	changes                []ScenarioChange
}

// area lists the changes of one area and insurance.
func (w *scenarioWalk) area(prefix string, ins contribution.Insurance) error {
	classes := w.classes(ins)
	months := w.months()
	byText := map[string]*ScenarioChange{}
	touched := map[string]int{}
	var order []string
	for _, class := range classes {
		class.RegionCode, class.FloatFactor, class.Elections = sampleRegion(prefix), 1_000_000, w.elections
		runs, err := w.runs(class, ins, months)
		if err != nil {
			return err
		}
		for _, run := range runs {
			key := strings.Join([]string{ins.String(), run.What, run.Months.From.String(), run.Months.To.String(), run.Left, run.Right}, "|")
			if byText[key] == nil {
				run.Area, run.Insurance = areaText(prefix), ins
				byText[key] = &run
				order = append(order, key)
			} else {
				byText[key].Classes += ", " + run.Classes
			}
			touched[key]++
		}
	}
	for _, key := range order {
		change := byText[key]
		if touched[key] == len(classes) {
			change.Classes = ""
		}
		full := key + "|" + change.Classes
		w.seen[prefix+"|"+full] = true
		if !w.saidByWiderArea(prefix, full) {
			w.changes = append(w.changes, *change)
		}
	}
	return nil
}

// saidByWiderArea tells whether the nearest area around this one has the same change.
func (w *scenarioWalk) saidByWiderArea(prefix, key string) bool {
	prefixes := w.pack.AreaPrefixes()
	for n := len(prefix) - 2; n >= 0; n -= 2 {
		if slices.Contains(prefixes, prefix[:n]) {
			return w.seen[prefix[:n]+"|"+key]
		}
	}
	return false
}

// runs lists, for one class, the longest stretches of months in which a parameter differs in the same way.
func (w *scenarioWalk) runs(class Class, ins contribution.Insurance, months []stretch) ([]ScenarioChange, error) {
	open := map[string]*ScenarioChange{}
	var runs []*ScenarioChange
	for _, s := range months {
		l, err := w.pack.Terms(class, s.From, ins, w.left)
		if err != nil {
			return nil, err
		}
		r, err := w.pack.Terms(class, s.From, ins, w.right)
		if err != nil {
			return nil, err
		}
		if !l.Covered && !r.Covered {
			clear(open) // limits of an insurance that nobody owes there
			continue
		}
		lv, rv := parameters(&l), parameters(&r)
		for i := range lv {
			what := lv[i].what
			if lv[i].value == rv[i].value {
				delete(open, what)
				continue
			}
			if run := open[what]; run != nil && run.Left == lv[i].value && run.Right == rv[i].value {
				run.Months.To = s.To
				continue
			}
			open[what] = &ScenarioChange{What: what, Classes: classText(class), Months: s, Left: lv[i].value, Right: rv[i].value,
				Documents: rv[i].documents}
			runs = append(runs, open[what])
		}
	}
	list := make([]ScenarioChange, len(runs))
	for i, run := range runs {
		list[i] = *run
	}
	slices.SortStableFunc(list, func(a, b ScenarioChange) int { return cmp.Compare(a.Months.From, b.Months.From) })
	return list, nil
}

// parameter is one value of Terms as text.
type parameter struct {
	what, value string
	documents   []string
}

// parameters lists the values of Terms, always in the same order.
func parameters(t *Terms) []parameter {
	var list []parameter
	for _, payer := range contribution.Payers {
		p := parameter{what: payer.String()}
		if share := t.Share(payer); share.HasRate {
			p.value = share.Rate.String()
			for _, row := range share.Rows {
				p.documents = append(p.documents, row.DocumentNo)
			}
		}
		list = append(list, p)
	}
	var documents []string
	if t.Limit.Row != nil {
		documents = []string{t.Limit.Row.DocumentNo}
	}
	floor, ceiling := parameter{what: "floor", documents: documents}, parameter{what: "cap", documents: documents}
	if t.Limit.HasFloor {
		floor.value = t.Limit.Floor.String()
	}
	if t.Limit.HasCap {
		ceiling.value = t.Limit.Cap.String()
	}
	return append(list, floor, ceiling, parameter{what: "rounding", value: t.Limit.Rounding.String(), documents: documents})
}

// classes lists the classes that any row of the insurance tells apart.
func (w *scenarioWalk) classes(ins contribution.Insurance) []Class {
	p := w.pack
	groups := slices.Concat(p.rateIndex[ins][contribution.Employer], p.rateIndex[ins][contribution.Employee])
	kinds := map[contribution.UnitKind]bool{}
	for _, g := range p.baseIndex[ins] {
		for _, rows := range g.byArea {
			for _, r := range rows {
				kinds[r.Kind] = true
			}
		}
	}
	return namedClasses(groups, ins, kinds)
}

// months cuts time where any row of the pack begins or ends.
func (w *scenarioWalk) months() []stretch {
	rows := make([]*Row, 0, len(w.pack.Rates)+len(w.pack.Bases))
	for i := range w.pack.Rates {
		rows = append(rows, &w.pack.Rates[i].Row)
	}
	for i := range w.pack.Bases {
		rows = append(rows, &w.pack.Bases[i].Row)
	}
	return cutMonths(rows)
}

// areaText writes an area prefix as a region code, "" for the country.
func areaText(prefix string) string {
	if prefix == "" {
		return ""
	}
	return prefix + "000000"[len(prefix):]
}
