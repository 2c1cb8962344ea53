package web

import (
	"slices"
	"strings"
	"sync"

	"jianfu/dashboards"
	"jianfu/internal/classification"
	"jianfu/internal/contribution"
	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/internal/pinyin"
	"jianfu/internal/region"
	"jianfu/queries"

	"github.com/gofiber/fiber/v2"
)

// filterBar is the form above the figures and the chips that put it into words.
type filterBar struct {
	Action      string
	Months      []option
	ToMonths    []option
	Comparisons []option
	Payers      []option
	Versus      *versusField // nil where the page compares nothing
	Beside      []choice     // choices of the page itself, beside the months
	Choices     []choice     // what narrows the view, and the path does not name
	Narrowed    bool         // whether one of them is made
	Hidden      []option     // parameters that the form keeps
	Chips       []chip
	Reset       string // "" when everything is at its default
}

// choice is a list of which one is chosen, or none.
type choice struct {
	Name, Title, Any string
	Options          []option
	Tree             bool // long, and searched by name, code and pinyin initials
}

// chip is one condition in words; Remove is the address without it, "" for a default. Drilled says that the page's path
// names it: it came from a step down, and without it the page is the one above.
type chip struct {
	Name, Text, Remove string
	Words              string // of the button that removes it
	Drilled            bool
}

// filters makes the form and its words; regions are those that the reader may see.
func filters(a asked, regions []string) filterBar {
	p, w, st := a.printer, a.view.Window, a.st
	f := filterBar{Action: a.path}
	for _, m := range (period.Range{From: a.stamp.DataFrom, To: a.stamp.DataTo}).Months() {
		text := dashboards.Month(p, m)
		f.Months = append(f.Months, option{Value: m.String(), Text: text, Selected: m == w.From})
		f.ToMonths = append(f.ToMonths, option{Value: m.String(), Text: text, Selected: m == w.To})
	}
	for _, c := range a.stamp.Comparisons {
		f.Comparisons = append(f.Comparisons, option{Value: c.ID, Text: c.Title, Selected: c.ID == a.view.Comparison})
	}
	for _, payer := range payerChoices {
		f.Payers = append(f.Payers, option{Value: payer, Text: p.T("web.payer." + payer), Selected: payer == st.payerWord()})
	}
	for _, n := range narrowings {
		if fixed := a.fixed; *n.field(&fixed) != "" {
			continue
		}
		chosen := *n.field(&st.narrow)
		f.Narrowed = f.Narrowed || chosen != ""
		f.Choices = append(f.Choices, choice{
			Name: n.name, Title: p.T("web.filter." + n.name), Any: p.T("web.filter.any"),
			Tree: n.name == paramRegion || n.name == paramIndustry, Options: optionsOf(p, n.name, chosen, regions),
		})
	}
	if st.lang != i18n.Chinese {
		f.Hidden = append(f.Hidden, option{Value: st.lang, Text: paramLanguage})
	}
	if st.theme != "" {
		f.Hidden = append(f.Hidden, option{Value: st.theme, Text: paramTheme})
	}
	if a.unchosen != "" {
		f.Versus = versusFieldOf(a)
	} else if kept := st.versus.String(); kept != "" {
		f.Hidden = append(f.Hidden, option{Value: kept, Text: paramVersus})
	}
	f.Chips = chips(a)
	plain := state{lang: st.lang, theme: st.theme}
	if reset := plain.url(a.path); reset != (state{from: st.from, to: st.to, comparison: st.comparison, payer: st.payer, versus: st.versus, narrow: st.narrow, lang: st.lang, theme: st.theme}).url(a.path) {
		f.Reset = reset
	}
	return f
}

// optionsOf lists what a view can be narrowed to.
func optionsOf(p *i18n.Printer, name, chosen string, regions []string) []option {
	switch name {
	case paramRegion:
		return regionOptions(p, chosen, regions)
	case paramIndustry:
		return industryOptions(p, chosen)
	}
	lists := map[string][]string{paramSize: ids(contribution.Sizes), paramEconomy: ids(contribution.EconomicTypes),
		paramUnitKind: ids(contribution.UnitKinds), paramInsurance: ids(contribution.Insurances)}
	var options []option
	for _, key := range lists[name] {
		options = append(options, option{Value: key, Text: dashboards.NewNames(p).Word(name)(key), Selected: key == chosen})
	}
	return options
}

// regionOptions is the tree of the regions that a reader may see. Of the whole nation it goes down to cities, so that
// the list stays one that can be read; a county that was chosen is in it too.
func regionOptions(p *i18n.Printer, chosen string, regions []string) []option {
	var options []option
	nation := slices.Contains(regions, "000000")
	var add func(code string, level int)
	add = func(code string, level int) {
		options = append(options, option{Value: code, Text: region.NameIn(p.Language(), code), Selected: code == chosen, Level: level, Keys: initials(region.Name(code))})
		for _, child := range region.Children(code) {
			if !nation || region.Level(child) != region.County || region.Parent(child) == region.Parent(chosen) || child == chosen {
				add(child, level+1)
			}
		}
	}
	if nation {
		regions = region.Children("")
	}
	for _, code := range regions {
		if region.Known(code) {
			add(code, 0)
		}
	}
	return options
}

// initialsOf keeps the initials of the names in the lists, which are few and never change.
var initialsOf sync.Map

// initials are those of a Chinese name's reading, as people type them: "sz" for 苏州.
func initials(name string) string {
	if kept, ok := initialsOf.Load(name); ok {
		return kept.(string)
	}
	made := pinyin.Of(name).Initials
	initialsOf.Store(name, made)
	return made
}

func industryOptions(p *i18n.Printer, chosen string) []option {
	names, chinese := dashboards.NewNames(p), dashboards.NewNames(i18n.For(i18n.Chinese))
	var options []option
	known := false
	add := func(code string, level int) {
		known = known || code == chosen
		text := names.Industry(code)
		if len(code) <= 3 {
			text = code + " " + text
		}
		options = append(options, option{Value: code, Text: text, Selected: code == chosen, Level: level, Keys: initials(chinese.Industry(code))})
	}
	for _, section := range classification.Sections() {
		add(section.Code, 0)
		for _, division := range classification.Divisions(section.Code) {
			add(division.Code, 1)
			if strings.HasPrefix(chosen, division.Code) && chosen != division.Code {
				add(chosen, 2)
			}
		}
	}
	if !known && chosen != "" {
		options = append(options, option{Value: chosen, Text: names.Industry(""), Selected: true})
	}
	return options
}

// condition is a chip that can be taken back to its default.
func condition(p *i18n.Printer, name, text, remove string) chip {
	return chip{Name: name, Text: text, Remove: remove, Words: p.T("web.filter.remove", "name", name)}
}

// chips puts the conditions into words; one that is not the default can be taken back by itself.
func chips(a asked) []chip {
	p, st := a.printer, a.st
	without := func(change func(*state)) string {
		other := st
		change(&other)
		if other.url(a.path) == st.url(a.path) {
			return ""
		}
		return other.url(a.path)
	}
	list := []chip{
		condition(p, p.T("web.filter.window"), dashboards.Window(p, a.view.Window), without(func(st *state) { st.from, st.to = 0, 0 })),
		condition(p, p.T("web.filter.comparison"), comparisonOf(a.stamp, a.view).Title, without(func(st *state) { st.comparison = "" })),
		condition(p, p.T("web.filter.payer"), p.T("web.payer_long."+st.payerWord()), without(func(st *state) { st.payer = "" })),
	}
	if a.versus != nil {
		list = append(list, condition(p, p.T("web.filter.versus"), a.versus.Words(p), without(func(st *state) { st.versus = versus{} })))
	}
	for _, n := range narrowings {
		name, chosen := p.T("web.filter."+n.name), *n.field(&a.st.narrow)
		if fixed := a.fixed; *n.field(&fixed) != "" {
			up := a.view.Narrow
			*n.field(&up) = ""
			chosen := *n.field(&fixed)
			list = append(list, chip{Name: name, Text: narrowedTo(p, n.name, chosen), Remove: a.within(up), Words: p.T("web.filter.up", "name", name), Drilled: true})
		} else if chosen != "" {
			list = append(list, condition(p, name, narrowedTo(p, n.name, chosen), without(func(st *state) { *n.field(&st.narrow) = "" })))
		}
	}
	return list
}

// narrowedTo names what a view is narrowed to.
func narrowedTo(p *i18n.Printer, name, key string) string {
	names := dashboards.NewNames(p)
	switch {
	case name == paramRegion:
		return names.Region(key)
	case name == paramIndustry && key == queries.NoIndustry:
		return names.Industry("")
	case name == paramIndustry:
		return names.Industry(key)
	}
	return names.Word(name)(key)
}

// crumbs lead from the whole scope down to the page: the regions from the top, the industries, then what else the view is
// narrowed to.
func (a asked) crumbs() []link {
	p, narrow := a.printer, a.view.Narrow
	list := []link{{Text: p.T("web.crumb.all"), Address: a.within(queries.Narrow{})}}
	var at queries.Narrow
	add := func(name, key string, field *string) {
		*field = key
		list = append(list, link{Text: narrowedTo(p, name, key), Address: a.within(at)})
	}
	var regions []string
	for code := narrow.Region; code != ""; code = region.Parent(code) {
		if a.scope.Allows(code) {
			regions = append(regions, code)
		}
	}
	for _, code := range slices.Backward(regions) {
		add(paramRegion, code, &at.Region)
	}
	for _, length := range []int{1, 3, 5} {
		if code := narrow.Industry; len(code) >= length {
			add(paramIndustry, code[:length], &at.Industry)
		}
	}
	for _, n := range narrowings[2:] {
		if key := *n.field(&narrow); key != "" {
			add(n.name, key, n.field(&at))
		}
	}
	list[len(list)-1].Current = true
	return list
}

// queryAll are the values of a parameter that may stand several times.
func queryAll(c *fiber.Ctx, name string) []string {
	var values []string
	for _, value := range c.Context().QueryArgs().PeekMulti(name) {
		values = append(values, string(value))
	}
	return values
}
