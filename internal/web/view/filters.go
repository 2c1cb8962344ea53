package view

import (
	"slices"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/classification"
	"jianfu/internal/dimension"
	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/internal/pinyin"
	"jianfu/internal/region"
	"jianfu/internal/web/kit"
	"jianfu/queries"
)

// filterBar is the form above the figures and the chips that put it into words.
type filterBar struct {
	Action      string
	Months      []kit.Option
	ToMonths    []kit.Option
	Comparisons []kit.Option
	Payers      []kit.Option
	Versus      *versusField // nil where the page compares nothing
	Beside      []Choice     // choices of the page itself, beside the months
	Choices     []Choice     // what narrows the view, and the path does not name
	Narrowed    bool         // whether one of them is made
	Hidden      []kit.Option // parameters that the form keeps
	Chips       []Chip
	Reset       string // "" when everything is at its default
}

// Choice is a list of which one is chosen, or none.
type Choice struct {
	Name, Title, Any string
	Options          []kit.Option
	Tree             bool // long, and searched by name, code and pinyin initials
}

// Chip is one condition in words; Remove is the address without it, "" for a default. Drilled says that the page's path
// names it: it came from a step down, and without it the page is the one above.
type Chip struct {
	Name, Text, Remove string
	Words              string // of the button that removes it
	Drilled            bool
}

// filters makes the form and its words; regions are those that the reader may see.
func filters(a Asked, regions []string) filterBar {
	p, w, st := a.Printer, a.View.Window, a.St
	f := filterBar{Action: a.Path}
	for _, m := range (period.Range{From: a.Stamp.DataFrom, To: a.Stamp.DataTo}).Months() {
		text := dashboards.Month(p, m)
		f.Months = append(f.Months, kit.Option{Value: m.String(), Text: text, Selected: m == w.From})
		f.ToMonths = append(f.ToMonths, kit.Option{Value: m.String(), Text: text, Selected: m == w.To})
	}
	for _, c := range a.Stamp.Comparisons {
		f.Comparisons = append(f.Comparisons, kit.Option{Value: c.ID, Text: c.Title, Selected: c.ID == a.View.Comparison})
	}
	for _, payer := range kit.PayerChoices {
		f.Payers = append(f.Payers, kit.Option{Value: payer, Text: p.T("web.payer." + payer), Selected: payer == st.PayerWord()})
	}
	for _, n := range dimension.All {
		if a.Fixed.Value(n) != "" {
			continue
		}
		chosen := st.Narrow.Value(n)
		f.Narrowed = f.Narrowed || chosen != ""
		f.Choices = append(f.Choices, Choice{
			Name: n.ID, Title: p.T("web.filter." + n.ID), Any: p.T("web.filter.any"),
			Tree: n.Codes != nil, Options: OptionsOf(p, n.ID, chosen, regions),
		})
	}
	if st.Lang != i18n.Chinese {
		f.Hidden = append(f.Hidden, kit.Option{Value: st.Lang, Text: kit.ParamLanguage})
	}
	if st.Theme != "" {
		f.Hidden = append(f.Hidden, kit.Option{Value: st.Theme, Text: kit.ParamTheme})
	}
	if a.unchosen != "" {
		f.Versus = versusFieldOf(a)
	} else if kept := st.Versus.String(); kept != "" {
		f.Hidden = append(f.Hidden, kit.Option{Value: kept, Text: kit.ParamVersus})
	}
	f.Chips = chips(a)
	plain := kit.State{Lang: st.Lang, Theme: st.Theme}
	if reset := plain.URL(a.Path); reset != (kit.State{From: st.From, To: st.To, Comparison: st.Comparison, Payer: st.Payer, Versus: st.Versus, Narrow: st.Narrow, Lang: st.Lang, Theme: st.Theme}).URL(a.Path) {
		f.Reset = reset
	}
	return f
}

// OptionsOf lists what a view can be narrowed to.
func OptionsOf(p *i18n.Printer, name, chosen string, regions []string) []kit.Option {
	switch name {
	case kit.ParamRegion:
		return RegionOptions(p, chosen, regions)
	case kit.ParamIndustry:
		return IndustryOptions(p, chosen)
	}
	var options []kit.Option
	if d, ok := dimension.Named(name); ok {
		for _, key := range d.Words {
			options = append(options, kit.Option{Value: key, Text: dashboards.NewNames(p).Member(name, key), Selected: key == chosen})
		}
	}
	return options
}

// RegionOptions is the tree of the regions that a reader may see. Of the whole nation it goes down to cities, so that
// the list stays one that can be read; a county that was chosen is in it too.
func RegionOptions(p *i18n.Printer, chosen string, regions []string) []kit.Option {
	var options []kit.Option
	nation := slices.Contains(regions, "000000")
	var add func(code string, level int)
	add = func(code string, level int) {
		options = append(options, kit.Option{Value: code, Text: region.NameIn(p.Language(), code), Selected: code == chosen, Level: level, Keys: Initials(region.Name(code))})
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

// Initials are those of a Chinese name's reading, as people type them: "sz" for 苏州.
func Initials(name string) string {
	if kept, ok := initialsOf.Load(name); ok {
		return kept.(string)
	}
	made := pinyin.Of(name).Initials
	initialsOf.Store(name, made)
	return made
}

// IndustryOptions are the sections and divisions to choose from, and what is chosen below them.
func IndustryOptions(p *i18n.Printer, chosen string) []kit.Option {
	names, chinese := dashboards.NewNames(p), dashboards.NewNames(i18n.For(i18n.Chinese))
	var options []kit.Option
	known := false
	add := func(code string, level int) {
		known = known || code == chosen
		text := names.Industry(code)
		if len(code) <= 3 {
			text = code + " " + text
		}
		options = append(options, kit.Option{Value: code, Text: text, Selected: code == chosen, Level: level, Keys: Initials(chinese.Industry(code))})
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
		options = append(options, kit.Option{Value: chosen, Text: names.Industry(""), Selected: true})
	}
	return options
}

// Condition is a chip that can be taken back to its default.
func Condition(p *i18n.Printer, name, text, remove string) Chip {
	return Chip{Name: name, Text: text, Remove: remove, Words: p.T("web.filter.remove", "name", name)}
}

// chips puts the conditions into words; one that is not the default can be taken back by itself.
func chips(a Asked) []Chip {
	p, st := a.Printer, a.St
	without := func(change func(*kit.State)) string {
		other := st
		change(&other)
		if other.URL(a.Path) == st.URL(a.Path) {
			return ""
		}
		return other.URL(a.Path)
	}
	list := []Chip{
		Condition(p, p.T("web.filter.window"), dashboards.Window(p, a.View.Window), without(func(st *kit.State) { st.From, st.To = 0, 0 })),
		Condition(p, p.T("web.filter.comparison"), ComparisonOf(a.Stamp, a.View).Title, without(func(st *kit.State) { st.Comparison = "" })),
		Condition(p, p.T("web.filter.payer"), p.T("web.payer_long."+st.PayerWord()), without(func(st *kit.State) { st.Payer = "" })),
	}
	if a.Versus != nil {
		list = append(list, Condition(p, p.T("web.filter.versus"), a.Versus.Words(p), without(func(st *kit.State) { st.Versus = kit.Versus{} })))
	}
	for _, n := range dimension.All {
		name, chosen := p.T("web.filter."+n.ID), a.St.Narrow.Value(n)
		if a.Fixed.Value(n) != "" {
			up := a.View.Narrow
			*n.Field(&up) = ""
			chosen := a.Fixed.Value(n)
			list = append(list, Chip{Name: name, Text: NarrowedTo(p, n.ID, chosen), Remove: a.Within(up), Words: p.T("web.filter.up", "name", name), Drilled: true})
		} else if chosen != "" {
			list = append(list, Condition(p, name, NarrowedTo(p, n.ID, chosen), without(func(st *kit.State) { *n.Field(&st.Narrow) = "" })))
		}
	}
	return list
}

// NarrowedTo names what a view is narrowed to.
func NarrowedTo(p *i18n.Printer, name, key string) string {
	return dashboards.NewNames(p).Member(name, key)
}

// Crumbs lead from the whole scope down to the page: the regions from the top, the industries, then what else the view is
// narrowed to.
func (a Asked) Crumbs() []kit.Link {
	p, narrow := a.Printer, a.View.Narrow
	list := []kit.Link{{Text: p.T("web.crumb.all"), Address: a.Within(queries.Narrow{})}}
	var at queries.Narrow
	add := func(name, key string, field *string) {
		*field = key
		list = append(list, kit.Link{Text: NarrowedTo(p, name, key), Address: a.Within(at)})
	}
	var regions []string
	for code := narrow.Region; code != ""; code = region.Parent(code) {
		if a.Scope.Allows(code) {
			regions = append(regions, code)
		}
	}
	for _, code := range slices.Backward(regions) {
		add(kit.ParamRegion, code, &at.Region)
	}
	for _, length := range []int{1, 3, 5} {
		if code := narrow.Industry; len(code) >= length {
			add(kit.ParamIndustry, code[:length], &at.Industry)
		}
	}
	for _, n := range dimension.Lists() {
		if key := narrow.Value(n); key != "" {
			add(n.ID, key, n.Field(&at))
		}
	}
	list[len(list)-1].Current = true
	return list
}

// QueryAll are the values of a parameter that may stand several times.
func QueryAll(c *fiber.Ctx, name string) []string {
	var values []string
	for _, value := range c.Context().QueryArgs().PeekMulti(name) {
		values = append(values, string(value))
	}
	return values
}
