package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/fault"
	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/queries"
)

// overviewPage is the contents of the first page.
type overviewPage struct {
	frame
	*dashboards.Overview
	Filter           filterBar
	Comparison       queries.Comparison
	ComparedMeasures string // of the comparison, in words
	Approval         string
	Approved         bool
	Footer           string
	AllMonths        string // address that shows all months with data
	DataFrom         string
	DataTo           string
}

// filterBar is the form above the figures and the chips that put it into words.
type filterBar struct {
	Action      string
	Months      []option
	ToMonths    []option
	Comparisons []option
	Payers      []option
	Hidden      []option // parameters that the form keeps
	Chips       []chip
	Reset       string // "" when everything is at its default
}

type option struct {
	Value, Text string
	Selected    bool
}

// chip is one condition in words; Remove is the address without it, "" for a default.
type chip struct{ Name, Text, Remove string }

// answer is what the three forms of the overview (page, download, JSON) are made from.
type answer struct {
	st       state
	printer  *i18n.Printer
	overview queries.Overview
	hidden   dashboards.Hidden // what this reader must not see of it; the overview holds none of it any more
}

// askOverview reads the address and asks the store.
func (s *Server) askOverview(c *fiber.Ctx) (answer, error) {
	st, err := stateOf(c)
	if err != nil {
		return answer{}, err
	}
	ctx, cancel := asking(c)
	defer cancel()
	a := answer{st: st, printer: i18n.For(st.lang)}
	stamp, err := s.config.Stamp(ctx)
	if err != nil {
		return a, err
	}
	view, err := a.st.view(stamp)
	if err != nil {
		return a, err
	}
	scope := scopeOf(c)
	if a.overview, err = s.kept.get(ctx, stamp.Run, scope, view, s.config.Overview); err != nil {
		return a, err
	}
	a.overview.View = view
	if askerOf(c).Principal.Can(access.FiguresRecord) {
		return a, nil
	}
	persons, err := s.config.Persons(ctx, scope, view)
	if err != nil {
		return a, err
	}
	if persons.Run != a.overview.Stamp.Run { // another run was published in between
		return a, status(fiber.StatusServiceUnavailable, fault.New("web_run_changed"))
	}
	a.overview, a.hidden, err = dashboards.Conceal(a.overview, persons, s.config.LeastPersons)
	return a, err
}

// overview is GET /.
func (s *Server) overview(c *fiber.Ctx) error {
	a, err := s.askOverview(c)
	if fault.Code(err) == "no_run" {
		return s.pages.send(c, a.st.lang, "empty", s.frame(c, "overview", "/", a.st, a.printer, a.printer.T("web.empty.no_run")))
	}
	if err != nil {
		return err
	}
	p, o := a.printer, a.overview
	contents := dashboards.NewConcealed(o, a.hidden, p)
	page := overviewPage{
		frame:      s.frame(c, "overview", "/", a.st, p, contents.Title),
		Overview:   contents,
		Filter:     filters(a.st, p, o),
		Comparison: comparisonOf(o),
		Approval:   s.config.Approval,
		Approved:   s.assets.approved,
		DataFrom:   dashboards.Month(p, o.Stamp.DataFrom),
		DataTo:     dashboards.Month(p, o.Stamp.DataTo),
	}
	page.ComparedMeasures = measuresInWords(p, page.Comparison)
	page.Footer = p.T("web.footer", "pack", o.Stamp.PackTitle, "run", o.Stamp.Run, "data_to", page.DataTo)
	all := a.st
	all.from, all.to = o.Stamp.DataFrom, o.Stamp.DataTo
	page.AllMonths = all.url("/")
	return s.pages.send(c, a.st.lang, "overview", page)
}

// comparisonOf is the comparison that the page shows.
func comparisonOf(o queries.Overview) queries.Comparison {
	for _, c := range o.Stamp.Comparisons {
		if c.ID == o.View.Comparison {
			return c
		}
	}
	return queries.Comparison{ID: o.View.Comparison, Title: o.View.Comparison}
}

func measuresInWords(p *i18n.Printer, c queries.Comparison) string {
	var titles []string
	for _, m := range c.Measures {
		titles = append(titles, m.Title)
	}
	return strings.Join(titles, p.T("web.list_separator"))
}

// filters makes the form and its words.
func filters(st state, p *i18n.Printer, o queries.Overview) filterBar {
	w := o.View.Window
	f := filterBar{Action: "/"}
	for _, m := range (period.Range{From: o.Stamp.DataFrom, To: o.Stamp.DataTo}).Months() {
		text := dashboards.Month(p, m)
		f.Months = append(f.Months, option{m.String(), text, m == w.From})
		f.ToMonths = append(f.ToMonths, option{m.String(), text, m == w.To})
	}
	for _, c := range o.Stamp.Comparisons {
		f.Comparisons = append(f.Comparisons, option{c.ID, c.Title, c.ID == o.View.Comparison})
	}
	for _, payer := range payerChoices {
		f.Payers = append(f.Payers, option{payer, p.T("web.payer." + payer), payer == st.payerWord()})
	}
	if st.lang != i18n.Chinese {
		f.Hidden = append(f.Hidden, option{Value: st.lang, Text: paramLanguage})
	}
	if st.theme != "" {
		f.Hidden = append(f.Hidden, option{Value: st.theme, Text: paramTheme})
	}
	f.Chips = chips(st, p, o)
	if st.from != 0 || st.to != 0 || st.comparison != "" || st.payer != "" && st.payer != payerChoices[0] {
		f.Reset = state{lang: st.lang, theme: st.theme}.url("/")
	}
	return f
}

// chips puts the conditions into words; one that is not the default can be taken back by itself.
func chips(st state, p *i18n.Printer, o queries.Overview) []chip {
	window := chip{Name: p.T("web.filter.window"), Text: dashboards.Window(p, o.View.Window)}
	if st.from != 0 || st.to != 0 {
		without := st
		without.from, without.to = 0, 0
		window.Remove = without.url("/")
	}
	comparison := chip{Name: p.T("web.filter.comparison"), Text: comparisonOf(o).Title}
	if st.comparison != "" {
		without := st
		without.comparison = ""
		comparison.Remove = without.url("/")
	}
	payer := chip{Name: p.T("web.filter.payer"), Text: p.T("web.payer_long." + st.payerWord())}
	if st.payer != "" && st.payer != payerChoices[0] {
		without := st
		without.payer = ""
		payer.Remove = without.url("/")
	}
	return []chip{window, comparison, payer}
}
