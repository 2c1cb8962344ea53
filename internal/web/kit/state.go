package kit

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/contribution"
	"jianfu/internal/dimension"
	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// The parameters of an address. They are a public interface: bookmarks and letters hold them.
const (
	ParamFrom       = "from"             // first month, 2019-05
	ParamTo         = "to"               // last month
	ParamComparison = "comparison"       // id of a comparison of the run's pack
	ParamPayer      = "payer"            // employer, employee or both
	ParamVersus     = "versus"           // the window that this one is compared with: before, year, or 2018-05..2018-12
	ParamLanguage   = "lang"             // zh or en
	ParamTheme      = "theme"            // auto, light or dark
	ParamRegion     = dimension.Region   //  region code; checked against the reader's scope wherever it stands
	ParamIndustry   = dimension.Industry // section letter or code of GB/T 4754, "-" for units without one
	ParamSize       = dimension.Size     // large, medium, small, micro or unknown
	ParamInsurance  = dimension.Insurance
	ParamReason     = "reason"  // why somebody takes a file away
	ParamNext       = "next"    // page to go to after signing in
	ParamAccount    = "account" // name of an account
	ParamDone       = "done"    // what has just been done, to be said on the page
)

// The choices of parameters that have a fixed list; the first is the default.
var (
	PayerChoices = []string{"employer", "employee", "both"}
	ThemeChoices = []string{"auto", "light", "dark"}
)

// State is what an address says. Empty fields are defaults, and defaults are left out of addresses.
type State struct {
	From, To   period.Period
	Comparison string
	Payer      string
	Versus     Versus
	Narrow     queries.Narrow
	Lang       string
	Theme      string
	Extra      url.Values // parameters of one page alone
}

// StateOf reads the parameters of a request. What it cannot read is a problem that names the parameter and the value.
func StateOf(c *fiber.Ctx) (State, error) {
	st := State{Lang: i18n.Chinese}
	seen := map[string]int{}
	for key := range c.Context().QueryArgs().All() {
		seen[string(key)]++
	}
	value := func(name string) (string, error) {
		if seen[name] > 1 {
			return "", problem.New("web_repeated_parameter", "name", name, "count", seen[name])
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
		return BadChoice(name, v, choices)
	}
	month := func(into *period.Period, name string) error {
		v, err := value(name)
		if err != nil || v == "" {
			return err
		}
		if *into, err = period.Parse(v); err != nil {
			return problem.New("web_bad_month", "name", name, "value", Shortened(v))
		}
		return nil
	}
	read := []func() error{
		func() error { return choice(&st.Lang, ParamLanguage, i18n.Languages) }, // first, so that problems are told in it
		func() error { return choice(&st.Theme, ParamTheme, ThemeChoices) },
		func() error { return choice(&st.Payer, ParamPayer, PayerChoices) },
		func() error { return month(&st.From, ParamFrom) },
		func() error { return month(&st.To, ParamTo) },
		func() (err error) { st.Comparison, err = value(ParamComparison); return err },
		func() (err error) { st.Versus, err = ReadVersus(value); return err },
	}
	for _, d := range dimension.All {
		read = append(read, func() error { return readMember(d, d.Field(&st.Narrow), value) })
	}
	for _, step := range read {
		if err := step(); err != nil {
			return st, Status(fiber.StatusBadRequest, err)
		}
	}
	return st, nil
}

// readMember reads a member of a dimension. Whether the reader may see a region is the guard's matter.
func readMember(d *dimension.Dimension, into *string, value func(name string) (string, error)) error {
	text, err := value(d.ID)
	if err != nil || text == "" {
		return err
	}
	key, known := d.Read(text)
	switch {
	case !known && d.Codes == nil:
		return BadChoice(d.ID, text, d.Words)
	case !known:
		return problem.New(d.Codes.Unknown, "value", Shortened(text))
	}
	*into = key
	return nil
}

// ParseMonth makes a month the whole window of a state.
func ParseMonth(st *State, key string) error {
	month, err := period.Parse(key)
	if err == nil {
		st.From, st.To = month, month
	}
	return err
}

// PlainState is the state of a page that has no view: its language and colours.
func PlainState(c *fiber.Ctx) (State, error) {
	st, err := StateOf(c)
	return State{Lang: st.Lang, Theme: st.Theme}, err
}

// stateForError keeps the reader's language and colours on a page that says what was wrong with the rest.
func stateForError(c *fiber.Ctx) State {
	st := State{Lang: i18n.Match(c.Query(ParamLanguage))}
	for _, theme := range ThemeChoices {
		if c.Query(ParamTheme) == theme {
			st.Theme = theme
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

// DefaultComparison is the one that the pack names as such, or its first.
func DefaultComparison(s queries.Stamp) string {
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

// View is what the address asks for, defaults filled in and checked against what there is. The state loses what only
// repeats a default.
func (st *State) View(s queries.Stamp) (queries.View, error) {
	standard := defaultWindow(s)
	w := standard
	if st.From != 0 {
		w.From = st.From
	}
	if st.To != 0 {
		w.To = st.To
	}
	if st.From == standard.From {
		st.From = 0
	}
	if st.To == standard.To {
		st.To = 0
	}
	switch {
	case w.From > w.To:
		return queries.View{}, Status(fiber.StatusBadRequest, problem.New("web_month_order", "from", w.From, "to", w.To))
	case w.From < s.DataFrom || w.To > s.DataTo:
		return queries.View{}, Status(fiber.StatusBadRequest,
			problem.New("web_month_outside", "from", w.From, "to", w.To, "data_from", s.DataFrom, "data_to", s.DataTo))
	}
	comparison := DefaultComparison(s)
	if st.Comparison != "" {
		var known []string
		found := false
		for _, c := range s.Comparisons {
			known = append(known, c.ID)
			found = found || c.ID == st.Comparison
		}
		if !found {
			return queries.View{}, Status(fiber.StatusBadRequest,
				problem.New("web_unknown_comparison", "value", Shortened(st.Comparison), "known", strings.Join(known, ", ")))
		}
		if st.Comparison == comparison {
			st.Comparison = ""
		} else {
			comparison = st.Comparison
		}
	}
	return queries.View{Window: w, Comparison: comparison, Payers: st.payers(), Narrow: st.Narrow}, nil
}

func (st *State) payers() []contribution.Payer {
	switch st.Payer {
	case "employee":
		return []contribution.Payer{contribution.Employee}
	case "both":
		return []contribution.Payer{contribution.Employer, contribution.Employee}
	}
	return []contribution.Payer{contribution.Employer}
}

// PayerWord is the payer's word in addresses and texts.
func (st State) PayerWord() string {
	if st.Payer == "" {
		return PayerChoices[0]
	}
	return st.Payer
}

// themeWord is the theme's word in addresses and texts.
func (st State) themeWord() string {
	if st.Theme == "" {
		return ThemeChoices[0]
	}
	return st.Theme
}

// URL writes the address of a path with this state, parameters in a fixed order.
func (st State) URL(path string) string {
	var pairs []string
	add := func(name, value, standard string) {
		if value != "" && value != standard {
			pairs = append(pairs, name+"="+url.QueryEscape(value))
		}
	}
	add(ParamFrom, st.From.String(), "")
	add(ParamTo, st.To.String(), "")
	add(ParamComparison, st.Comparison, "")
	add(ParamPayer, st.Payer, PayerChoices[0])
	add(ParamVersus, st.Versus.String(), "")
	for _, d := range dimension.All {
		add(d.ID, st.Narrow.Value(d), "")
	}
	add(ParamLanguage, st.Lang, i18n.Chinese)
	add(ParamTheme, st.Theme, ThemeChoices[0])
	for _, name := range slices.Sorted(maps.Keys(st.Extra)) {
		for _, value := range st.Extra[name] {
			add(name, value, "")
		}
	}
	if len(pairs) == 0 {
		return path
	}
	return path + "?" + strings.Join(pairs, "&")
}

// WithValue is a copy of parameters with one more, or without it.
func WithValue(values url.Values, name, value string) url.Values {
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

// Plain is the reader's language and colours alone.
func (st State) Plain() State { return State{Lang: st.Lang, Theme: st.Theme} }
