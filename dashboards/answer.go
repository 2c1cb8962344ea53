package dashboards

import (
	"slices"
	"strings"
	"time"

	"jianfu/internal/burden"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/policy"
	"jianfu/queries"
)

// Answer is the contents of the letter of one page that answers a unit whether its premium fell and why, in the form of an
// official reply.
type Answer struct {
	Title     string
	Name, ID  string
	Window    string
	Place     string
	Payer     string
	Opening   string
	Sentence  string // the conclusion
	Figures   []StampItem
	Why       []string // one sentence a reason, with the article that it rests on
	Refund    []string // how the unit gets back what it was charged too much; none where there is nothing to give back
	Contact   []string // whom to ask
	Documents []StampItem
	Source    string // which figures these are
	Bureau    Bureau
	Date      string
}

// Bureau is whom a letter is from, as its settings name it; what they leave out is not written.
type Bureau struct{ Name, Telephone, Address, Refund string }

// NewAnswer makes the letter of a bureau; payer is the word of whose share it is about, and now is the day on which it is given.
func NewAnswer(u *queries.Unit, pack *policy.Pack, payer string, bureau Bureau, now time.Time, p *i18n.Printer) *Answer {
	o := queries.Overview{View: u.View, Stamp: u.Stamp}
	b := unitBuilder{builder{p: p, names: NewNames(p), o: o}, u}
	registered, t := u.Registered(), u.Stored
	state := u.State()
	a := &Answer{Name: registered.Name, ID: u.ID, Window: Window(p, u.View.Window), Place: b.names.Region(registered.RegionCode), Payer: p.T("web.payer_long." + payer), Sentence: b.answer(state), Bureau: bureau}
	a.Title = p.T("web.answer.title", "window", a.Window)
	a.Opening = p.T("web.answer.opening", "code", u.ID, "window", a.Window, "payer", a.Payer)
	amount := func(key string, f money.Fen) {
		a.Figures = append(a.Figures, StampItem{p.T("web.answer.figure." + key), p.T("web.amount.yuan", "amount", exact(f))})
	}
	amount("old", t.Old)
	amount("new", t.New)
	amount("charged", t.Charged)
	amount("due", t.Due())
	amount("real", t.Real())
	if t.Shortfall() < 0 {
		amount("undercharged", -t.Shortfall())
	} else {
		amount("overcharged", t.Shortfall())
	}
	a.Why = b.why()
	a.Refund, a.Contact = refundOf(t.Shortfall(), bureau, p), contactOf(bureau, p)
	a.Documents = b.documents(pack)
	a.Source = p.T("web.answer.source", "data_to", Month(p, u.Stamp.DataTo), "run", u.Stamp.Run)
	day := now.In(beijing)
	a.Date = p.T("web.answer.date", "year", day.Year(), "month", int(day.Month()), "day", day.Day())
	return a
}

// refundOf says how a unit gets back what it was charged too much.
func refundOf(overcharged money.Fen, bureau Bureau, p *i18n.Printer) []string {
	if overcharged <= 0 {
		return nil
	}
	office := bureau.Name
	if office == "" {
		office = p.T("web.answer.office")
	}
	lines := []string{p.T("web.answer.refund", "amount", exact(overcharged), "bureau", office)}
	if bureau.Refund != "" {
		lines = append(lines, p.T("web.answer.refund_at", "text", bureau.Refund))
	}
	return lines
}

// contactOf says whom to ask.
func contactOf(bureau Bureau, p *i18n.Printer) []string {
	var lines []string
	if bureau.Telephone != "" {
		lines = append(lines, p.T("web.answer.telephone", "number", bureau.Telephone))
	}
	if bureau.Address != "" {
		lines = append(lines, p.T("web.answer.address", "address", bureau.Address))
	}
	return lines
}

// resting adds the article that a sentence rests on, where there is one.
func resting(p *i18n.Printer, id, sentence string) string {
	if basis := "web.answer.basis." + id; p.Has(basis) {
		return sentence + p.T("web.answer.resting", "basis", p.T(basis))
	}
	return sentence
}

// answer is the conclusion.
func (b unitBuilder) answer(state burden.State) string {
	t := b.u.Stored
	id := state.String()
	switch {
	case len(b.u.ByMonth(true)) == 0:
		id = "empty"
	case t.Due() < 0 && t.Shortfall() <= 0:
		id = "rise"
	}
	amount := func(f money.Fen) string { return StrongStart + exact(abs(f)) + StrongEnd }
	return b.p.T("web.answer.state."+id, "window", Window(b.p, b.u.View.Window), "old", amount(t.Old), "new", amount(t.New), "charged", amount(t.Charged),
		"due", amount(t.Due()), "real", amount(t.Real()), "shortfall", amount(t.Shortfall()))
}

// why are the reasons, each in a sentence that needs no other: what was charged wrongly, what makes the reduction small,
// and what made the bill grow.
func (b unitBuilder) why() []string {
	p := b.p
	var sentences []string
	for _, r := range b.u.Reasons() {
		if abs(r.Amount) >= 100 { // what rounding leaves is nobody's question
			sentences = append(sentences, resting(p, r.Reason.String(), p.T("web.answer.reason."+r.Reason.String(), "amount", exact(abs(r.Amount)), "direction", p.T(direction(r.Amount)))))
		}
	}
	sentences = append(sentences, b.plainCauses()...)
	reference, months, total := b.u.Growth()
	if len(months) > 0 && (total.Headcount != 0 || total.Wage != 0) {
		last := b.u.ByMonth(true)
		now := last[len(last)-1]
		sentences = append(sentences, p.T("web.answer.growth", "month", Month(p, reference.Period), "headcount_from", count(reference.Headcount), "headcount_to", count(now.Headcount),
			"last", Month(p, now.Period), "headcount", moreOrLess(p, total.Headcount), "wage", moreOrLess(p, total.Wage), "policy", p.T(policyWord(total.Policy)), "reduced", moreOrLess(p, total.Policy), "change", moreOrLess(p, total.Change)))
	}
	if len(sentences) == 0 {
		sentences = append(sentences, p.T("web.answer.nothing"))
	}
	return sentences
}

// policyWord names what the cut, or charging otherwise than it says, did to the bill.
func policyWord(amount money.Fen) string {
	if amount > 0 {
		return "web.answer.not_by_policy"
	}
	return "web.answer.by_policy"
}

// plainCauses are the causes of a small reduction, each once, with all insurances of which the same can be said.
func (b unitBuilder) plainCauses() []string {
	var keys []burden.CauseFound
	insurances := map[burden.CauseFound][]string{}
	for _, c := range b.u.Causes {
		key := burden.CauseFound{Cause: c.Cause, Measure: c.Measure, Floor: c.Floor, Rate: c.Rate}
		name := b.names.Word("insurance")(c.Insurance.String())
		if insurances[key] == nil {
			keys = append(keys, key)
		}
		if !slices.Contains(insurances[key], name) {
			insurances[key] = append(insurances[key], name)
		}
	}
	var sentences []string
	for _, k := range keys {
		sentences = append(sentences, resting(b.p, string(k.Cause), b.p.T("web.answer.cause."+string(k.Cause), "insurance", strings.Join(insurances[k], b.p.T("web.list_separator")), "measure", b.measureTitle(k.Measure),
			"floor_from", exact(k.Floor[0]), "floor_to", exact(k.Floor[1]), "rate_from", k.Rate[0].Percent(), "rate_to", k.Rate[1].Percent())))
	}
	return slices.Compact(sentences)
}

func direction(amount money.Fen) string {
	if amount < 0 {
		return "web.answer.less"
	}
	return "web.answer.more"
}

func growthWord(amount money.Fen) string {
	if amount < 0 {
		return "web.answer.decrease"
	}
	return "web.answer.increase"
}

// moreOrLess writes an amount as what somebody pays more or less.
func moreOrLess(p *i18n.Printer, amount money.Fen) string {
	if amount == 0 {
		return p.T("web.answer.same")
	}
	return p.T(growthWord(amount)) + " " + p.T("web.amount.yuan", "amount", exact(abs(amount)))
}

// documents are those of the measures that the comparison adds, each once.
func (b unitBuilder) documents(pack *policy.Pack) []StampItem {
	var list []StampItem
	for _, m := range b.u.Effects() {
		measure, _ := pack.Measure(m.Measure)
		item := StampItem{measure.Title, measure.DocumentNo}
		if !slices.Contains(list, item) {
			list = append(list, item)
		}
	}
	return list
}

// Plain is a sentence without the marks around its figures.
func Plain(sentence string) string {
	return strings.NewReplacer(StrongStart, "", StrongEnd, "").Replace(sentence)
}
