package web

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/classification"
	"jianfu/internal/contribution"
	"jianfu/internal/fault"
	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/internal/region"
	"jianfu/queries"
)

// The parameters of an address. They are a public interface: bookmarks and letters hold them.
const (
	paramFrom       = "from"       // first month, 2019-05
	paramTo         = "to"         // last month
	paramComparison = "comparison" // id of a comparison of the run's pack
	paramPayer      = "payer"      // employer, employee or both
	paramVersus     = "versus"     // the window that this one is compared with: before, year, or 2018-05..2018-12
	paramLanguage   = "lang"       // zh or en
	paramTheme      = "theme"      // auto, light or dark
	paramRegion     = "region"     // region code; checked against the reader's scope wherever it stands
	paramIndustry   = "industry"   // section letter or code of GB/T 4754, "-" for units without one
	paramSize       = "size"       // large, medium, small, micro or unknown
	paramEconomy    = "economic_type"
	paramUnitKind   = "unit_kind"
	paramInsurance  = "insurance"
	paramReason     = "reason"  // why somebody takes a file away
	paramNext       = "next"    // page to go to after signing in
	paramAccount    = "account" // name of an account
	paramDone       = "done"    // what has just been done, to be said on the page
)

// The choices of parameters that have a fixed list; the first is the default.
var (
	payerChoices = []string{"employer", "employee", "both"}
	themeChoices = []string{"auto", "light", "dark"}
)

// state is what an address says. Empty fields are defaults, and defaults are left out of addresses.
type state struct {
	from, to   period.Period
	comparison string
	payer      string
	versus     versus
	narrow     queries.Narrow
	lang       string
	theme      string
	extra      url.Values // parameters of one page alone
}

// narrowings are the parameters that narrow a view, in the order of addresses, chips and breadcrumbs.
var narrowings = []struct {
	name  string
	field func(*queries.Narrow) *string
}{
	{paramRegion, func(n *queries.Narrow) *string { return &n.Region }},
	{paramIndustry, func(n *queries.Narrow) *string { return &n.Industry }},
	{paramSize, func(n *queries.Narrow) *string { return &n.Size }},
	{paramEconomy, func(n *queries.Narrow) *string { return &n.EconomicType }},
	{paramUnitKind, func(n *queries.Narrow) *string { return &n.UnitKind }},
	{paramInsurance, func(n *queries.Narrow) *string { return &n.Insurance }},
}

// stateOf reads the parameters of a request. What it cannot read is a fault that names the parameter and the value.
func stateOf(c *fiber.Ctx) (state, error) {
	st := state{lang: i18n.Chinese}
	seen := map[string]int{}
	for key := range c.Context().QueryArgs().All() {
		seen[string(key)]++
	}
	value := func(name string) (string, error) {
		if seen[name] > 1 {
			return "", fault.New("web_repeated_parameter", "name", name, "count", seen[name])
		}
		return c.Query(name), nil
	}
	choice := func(into *string, name string, choices []string) error {
		v, err := value(name)
		if err != nil || v == "" {
			return err
		}
		for _, known := range choices {
			if v == known {
				*into = v
				return nil
			}
		}
		return badChoice(name, v, choices)
	}
	word := func(into *string, name string, known []string) func() error {
		return func() error { return choice(into, name, known) }
	}
	month := func(into *period.Period, name string) error {
		v, err := value(name)
		if err != nil || v == "" {
			return err
		}
		if *into, err = period.Parse(v); err != nil {
			return fault.New("web_bad_month", "name", name, "value", shortened(v))
		}
		return nil
	}
	read := []func() error{
		func() error { return choice(&st.lang, paramLanguage, i18n.Languages) }, // first, so that faults are in it
		func() error { return choice(&st.theme, paramTheme, themeChoices) },
		func() error { return choice(&st.payer, paramPayer, payerChoices) },
		func() error { return month(&st.from, paramFrom) },
		func() error { return month(&st.to, paramTo) },
		func() (err error) { st.comparison, err = value(paramComparison); return err },
		func() (err error) { st.versus, err = readVersus(value); return err },
		func() (err error) { return readRegion(&st.narrow.Region, value) },
		func() (err error) { return readIndustry(&st.narrow.Industry, value) },
		word(&st.narrow.Size, paramSize, ids(contribution.Sizes)),
		word(&st.narrow.EconomicType, paramEconomy, ids(contribution.EconomicTypes)),
		word(&st.narrow.UnitKind, paramUnitKind, ids(contribution.UnitKinds)),
		word(&st.narrow.Insurance, paramInsurance, ids(contribution.Insurances)),
	}
	for _, step := range read {
		if err := step(); err != nil {
			return st, status(fiber.StatusBadRequest, err)
		}
	}
	return st, nil
}

// readRegion reads a region code in six digits; whether the reader may see it is the guard's matter.
func readRegion(into *string, value func(name string) (string, error)) error {
	code, err := value(paramRegion)
	if err != nil || code == "" {
		return err
	}
	if !region.Known(code) {
		return fault.New("web_unknown_region", "value", shortened(code))
	}
	*into = code
	return nil
}

// readIndustry reads an industry's code in any of the forms that a register has.
func readIndustry(into *string, value func(name string) (string, error)) error {
	code, err := value(paramIndustry)
	if err != nil || code == "" {
		return err
	}
	normal, known := classification.NormaliseIndustry(code)
	if code == queries.NoIndustry {
		normal, known = code, true
	}
	if !known {
		return fault.New("web_unknown_industry", "value", shortened(code))
	}
	*into = normal
	return nil
}

// parseMonth makes a month the whole window of a state.
func parseMonth(st *state, key string) error {
	month, err := period.Parse(key)
	if err == nil {
		st.from, st.to = month, month
	}
	return err
}

// plainState is the state of a page that has no view: its language and colours.
func plainState(c *fiber.Ctx) (state, error) {
	st, err := stateOf(c)
	return state{lang: st.lang, theme: st.theme}, err
}

// stateForError keeps the reader's language and colours on a page that says what was wrong with the rest.
func stateForError(c *fiber.Ctx) state {
	st := state{lang: i18n.Match(c.Query(paramLanguage))}
	for _, theme := range themeChoices {
		if c.Query(paramTheme) == theme {
			st.theme = theme
		}
	}
	return st
}

// defaultWindow is from the pack's first effective month to the last month loaded.
func defaultWindow(s queries.Stamp) period.Range {
	w := period.Range{From: s.FirstEffect, To: s.DataTo}
	if w.From < s.DataFrom || w.From > s.DataTo {
		w.From = s.DataFrom
	}
	return w
}

// defaultComparison is the one that the pack names as such, or its first.
func defaultComparison(s queries.Stamp) string {
	for _, c := range s.Comparisons {
		if c.Default {
			return c.ID
		}
	}
	if len(s.Comparisons) > 0 {
		return s.Comparisons[0].ID
	}
	return ""
}

// view is what the address asks for, defaults filled in and checked against what there is. The state loses what only
// repeats a default.
func (st *state) view(s queries.Stamp) (queries.View, error) {
	standard := defaultWindow(s)
	w := standard
	if st.from != 0 {
		w.From = st.from
	}
	if st.to != 0 {
		w.To = st.to
	}
	if st.from == standard.From {
		st.from = 0
	}
	if st.to == standard.To {
		st.to = 0
	}
	switch {
	case w.From > w.To:
		return queries.View{}, status(fiber.StatusBadRequest, fault.New("web_month_order", "from", w.From, "to", w.To))
	case w.From < s.DataFrom || w.To > s.DataTo:
		return queries.View{}, status(fiber.StatusBadRequest,
			fault.New("web_month_outside", "from", w.From, "to", w.To, "data_from", s.DataFrom, "data_to", s.DataTo))
	}
	comparison := defaultComparison(s)
	if st.comparison != "" {
		var known []string
		found := false
		for _, c := range s.Comparisons {
			known = append(known, c.ID)
			found = found || c.ID == st.comparison
		}
		if !found {
			return queries.View{}, status(fiber.StatusBadRequest,
				fault.New("web_unknown_comparison", "value", shortened(st.comparison), "known", strings.Join(known, ", ")))
		}
		if st.comparison == comparison {
			st.comparison = ""
		} else {
			comparison = st.comparison
		}
	}
	return queries.View{Window: w, Comparison: comparison, Payers: st.payers(), Narrow: st.narrow}, nil
}

func (st *state) payers() []contribution.Payer {
	switch st.payer {
	case "employee":
		return []contribution.Payer{contribution.Employee}
	case "both":
		return []contribution.Payer{contribution.Employer, contribution.Employee}
	}
	return []contribution.Payer{contribution.Employer}
}

// payerWord is the payer's word in addresses and texts.
func (st state) payerWord() string {
	if st.payer == "" {
		return payerChoices[0]
	}
	return st.payer
}

// themeWord is the theme's word in addresses and texts.
func (st state) themeWord() string {
	if st.theme == "" {
		return themeChoices[0]
	}
	return st.theme
}

// url writes the address of a path with this state, parameters in a fixed order.
func (st state) url(path string) string {
	var pairs []string
	add := func(name, value, standard string) {
		if value != "" && value != standard {
			pairs = append(pairs, name+"="+url.QueryEscape(value))
		}
	}
	add(paramFrom, st.from.String(), "")
	add(paramTo, st.to.String(), "")
	add(paramComparison, st.comparison, "")
	add(paramPayer, st.payer, payerChoices[0])
	add(paramVersus, st.versus.String(), "")
	for _, n := range narrowings {
		add(n.name, *n.field(&st.narrow), "")
	}
	add(paramLanguage, st.lang, i18n.Chinese)
	add(paramTheme, st.theme, themeChoices[0])
	for _, name := range slices.Sorted(maps.Keys(st.extra)) {
		for _, value := range st.extra[name] {
			add(name, value, "")
		}
	}
	if len(pairs) == 0 {
		return path
	}
	return path + "?" + strings.Join(pairs, "&")
}

// withValue is a copy of parameters with one more, or without it.
func withValue(values url.Values, name, value string) url.Values {
	copied := url.Values{}
	for key, all := range values {
		copied[key] = all
	}
	copied.Del(name)
	if value != "" {
		copied.Set(name, value)
	}
	return copied
}

// plain is the reader's language and colours alone.
func (st state) plain() state { return state{lang: st.lang, theme: st.theme} }
