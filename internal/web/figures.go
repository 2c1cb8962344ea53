package web

import (
	"cmp"
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/fault"
	"jianfu/internal/filter"
	"jianfu/internal/i18n"
	"jianfu/queries"
)

// asked is what every page of figures starts from: the address, read and checked, and the current run.
type asked struct {
	st       state
	path     string         // of the page, without parameters
	fixed    queries.Narrow // what the path itself names
	printer  *i18n.Printer
	stamp    queries.Stamp
	scope    filter.Scope
	view     queries.View
	versus   *dashboards.Versus // what the page is compared with; nil where it says how its last month moved
	unchosen string             // how the page compares where its reader chooses nothing, lastMonth or nothing; "" where it offers no choice
	units    bool               // whether the reader may go down to units
	policy   bool               // whether the reader may see the policy pack
	bare     *noRates           // where the pack has no rate for anything of the view; else nil
}

// ask reads the address of a page of figures. What the path names narrows the view and cannot be taken back by a
// parameter. The fault no_run comes with what there is, for the page that says so.
func (s *Server) ask(c *fiber.Ctx, path string, fixed queries.Narrow) (asked, error) {
	st, err := stateOf(c)
	if err != nil {
		return asked{}, err
	}
	a := asked{st: st, path: path, fixed: fixed, printer: i18n.For(st.lang), scope: scopeOf(c), units: askerOf(c).Principal.Can(access.FiguresUnit), policy: askerOf(c).Principal.Can(access.PolicyRead)}
	for _, n := range narrowings {
		if *n.field(&fixed) != "" {
			*n.field(&a.st.narrow) = ""
		}
	}
	ctx, cancel := asking(c)
	defer cancel()
	if a.stamp, err = s.stamp(ctx, a.scope); err != nil {
		return a, err
	}
	if a.view, err = a.st.view(a.stamp); err != nil {
		return a, err
	}
	a.stamp = a.stamp.For(a.view.Comparison)
	for _, n := range narrowings {
		if of := *n.field(&fixed); of != "" {
			*n.field(&a.view.Narrow) = of
		}
	}
	return a, s.withoutRates(ctx, c, &a)
}

// question is the key of an answer about the view.
func (a asked) question(kind string, more ...string) question {
	return question{Kind: kind, Run: a.stamp.Run, Scope: a.scope, View: a.view, More: more}
}

// whole is the state with what the path names among its parameters.
func (a asked) whole() state {
	st := a.st
	st.extra = nil
	st.narrow = a.view.Narrow
	return st
}

// within is the address of the page of a view that is narrowed otherwise: that of the deepest region or industry, or of
// the size, that it names; with what the path does not say as parameters.
func (a asked) within(narrow queries.Narrow) string {
	st := a.whole()
	st.narrow = narrow
	path := "/"
	switch {
	case narrow.Industry != "" && (a.fixed.Industry != "" || narrow.Region == ""):
		path, st.narrow.Industry = "/industries/"+narrow.Industry, ""
	case narrow.Region != "":
		path, st.narrow.Region = "/regions/"+narrow.Region, ""
	case narrow.Size != "":
		path, st.narrow.Size = "/sizes/"+narrow.Size, ""
	}
	return st.url(path)
}

// link is the dashboards.Linker of a page: where a mark leads, one step down. What pages there are decides: a region, an
// industry and a size have one of their own, units are listed, and anything else narrows the page itself.
func (a asked) link(marks ...string) string {
	st, narrow := a.st, a.view.Narrow
	st.extra = url.Values{}
	page, key := "", ""
	for i := 0; i+1 < len(marks); i += 2 {
		key = marks[i+1]
		switch mark := marks[i]; mark {
		case "region", "province", "city", "county":
			page, narrow.Region = "/regions/", key
		case "section", "division", "industry":
			key = cmp.Or(key, queries.NoIndustry)
			page, narrow.Industry = "/industries/", key
		case "size":
			page, narrow.Size = "/sizes/", key
		case "policy":
			page = "/policy"
			st.extra.Set(paramAt, key)
		case "month":
			if parseMonth(&st, key) != nil {
				return ""
			}
		case "total", "state", "band", "wrongly", "reason":
			page = "/units"
			if mark != "total" {
				st.extra.Set(mark, key)
			}
		default:
			for _, n := range narrowings {
				if n.name == mark {
					*n.field(&narrow) = key
				}
			}
		}
	}
	st.narrow = narrow
	switch page {
	case "/policy":
		if !a.policy {
			return ""
		}
		return st.url(page)
	case "/units":
		if !a.units {
			return ""
		}
		return st.url(page)
	case "/regions/":
		st.narrow.Region = ""
	case "/industries/":
		st.narrow.Industry = ""
	case "/sizes/":
		st.narrow.Size = ""
	default:
		for _, n := range narrowings {
			if fixed := a.fixed; *n.field(&fixed) != "" {
				*n.field(&st.narrow) = ""
			}
		}
		return st.url(a.path)
	}
	return st.url(page + url.PathEscape(key))
}

// figuresFrame is what pages of figures have besides their own contents.
type figuresFrame struct {
	frame
	Window           string // the months in words
	Versus           string // those that they are compared with, "" for none
	VersusNote       string // how, in sentences
	Filter           filterBar
	Stamp            []dashboards.StampItem
	StampLine        string // the stamp in one line
	Crumbs           []link
	Comparison       queries.Comparison
	ComparedMeasures string // of the comparison, in words
	Footer           string
	AllMonths        string // address that shows all months with data
	DataFrom         string
	DataTo           string

	File        string // name of a picture of the page, with {table} for what it shows, without its ending
	RunningFoot string // what stands on every sheet of paper
	Loaded, Now string // when the last load was, and now, for the script that counts on
	Age         string // the time between them in words

	NoRates *noRates // what the page says where it can show no figure

	Kept *shelf // of the parts that are the same for all who ask the same with the same rights
}

// Shelf is where its parts are kept.
func (f figuresFrame) Shelf() *shelf { return f.Kept }

// shelf is that of a page of figures: its parts depend on the address, the run, what the reader may see and do, and
// nothing else.
func (a asked) shelf(c *fiber.Ctx) *shelf {
	asker := askerOf(c)
	if asker.Token != "" { // of an account that may see more
		return &shelf{}
	}
	var rights []string
	for _, right := range asker.Principal.Rights() {
		rights = append(rights, string(right))
	}
	return &shelf{key: a.question("part", a.st.url(a.path), strings.Join(rights, " ")).key()}
}

// figuresFrame makes the surroundings of a page of figures.
func (s *Server) figuresFrame(c *fiber.Ctx, name string, a asked, title string) figuresFrame {
	p := a.printer
	f := figuresFrame{
		frame:      s.frame(c, name, a.path, a.st, p, title),
		Window:     dashboards.Window(p, a.view.Window),
		Filter:     filters(a, askerOf(c).Principal.Regions()),
		Stamp:      dashboards.Stamp(p, a.stamp),
		StampLine:  dashboards.StampLine(p, a.stamp),
		Crumbs:     a.crumbs(),
		Comparison: comparisonOf(a.stamp, a.view),
		DataFrom:   dashboards.Month(p, a.stamp.DataFrom),
		DataTo:     dashboards.Month(p, a.stamp.DataTo),
		Kept:       a.shelf(c),
		NoRates:    a.bare,
	}
	f.ComparedMeasures = measuresInWords(p, f.Comparison)
	f.Footer = p.T("web.footer", "pack", a.stamp.PackTitle, "run", a.stamp.Run, "data_to", f.DataTo)
	w := a.view.Window
	f.File = p.T("web.csv.file", "place", a.place(), "table", "{table}", "from", w.From.Number(), "to", w.To.Number(), "run", a.stamp.Run)
	shown := f.Window
	if a.versus != nil {
		f.Versus, f.VersusNote = a.versus.Words(p), a.versus.Note(p)
		shown = p.T("web.versus.beside", "window", f.Window, "other", f.Versus)
	}
	f.RunningFoot = p.T("web.running_foot", "title", title, "window", shown, "data_to", f.DataTo, "run", a.stamp.Run)
	if len(f.Watermark) > 0 {
		f.Watermark = append(f.Watermark, p.T("web.watermark.figures", "data_to", f.DataTo, "run", a.stamp.Run))
	}
	if now := s.config.Now(); !a.stamp.LoadedAt.IsZero() {
		f.Loaded, f.Now, f.Age = a.stamp.LoadedAt.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339), age(p, now.Sub(a.stamp.LoadedAt))
	}
	all := a.st
	all.from, all.to = a.stamp.DataFrom, a.stamp.DataTo
	f.AllMonths = all.url(a.path)
	return f
}

// place names what the page's figures are about: what the view is narrowed to or, where it is not, the reader's regions.
func (a asked) place() string {
	var names []string
	for _, c := range a.crumbs()[1:] {
		names = append(names, c.Text)
	}
	if len(names) > 0 {
		return strings.Join(names, "-")
	}
	if region := a.wholeRegion(); region != "" {
		return dashboards.NewNames(a.printer).Region(region)
	}
	return a.printer.T("web.all_units")
}

// wholeRegion is the one region that the reader may see, "" where there are several.
func (a asked) wholeRegion() string {
	if prefixes := a.scope.Prefixes(); len(prefixes) == 1 && prefixes[0] != "" {
		return (prefixes[0] + "0000")[:6]
	}
	return ""
}

// age puts a span of time into words, as the script does when it counts on.
func age(p *i18n.Printer, span time.Duration) string {
	minutes := max(0, int(span.Minutes()))
	key, count := "client.age.days", minutes/(24*60)
	switch {
	case minutes < 1:
		key = "client.age.now"
	case minutes < 60:
		key, count = "client.age.minutes", minutes
	case minutes < 48*60:
		key, count = "client.age.hours", minutes/60
	}
	return strings.ReplaceAll(p.T(key), "{count}", strconv.Itoa(count))
}

// noFigures answers while nothing has been computed; other faults it hands on.
func (s *Server) noFigures(c *fiber.Ctx, name string, a asked, err error) error {
	if fault.Code(err) != "no_run" {
		return err
	}
	ctx, cancel := asking(c)
	defer cancel()
	held, err := s.heldRun(ctx, c, a)
	if err != nil {
		return err
	}
	title := "web.empty.no_run"
	if held != nil {
		title = "web.empty.held"
	}
	return s.pages.send(c, a.st.lang, "empty", emptyContents{s.frame(c, name, a.path, a.st, a.printer, a.printer.T(title)), held})
}

// emptyContents is a page while nothing has been published.
type emptyContents struct {
	frame
	Held *heldFirst
}

// comparisonOf is the comparison that a page shows.
func comparisonOf(stamp queries.Stamp, view queries.View) queries.Comparison {
	for _, c := range stamp.Comparisons {
		if c.ID == view.Comparison {
			return c
		}
	}
	return queries.Comparison{ID: view.Comparison, Title: view.Comparison}
}

func measuresInWords(p *i18n.Printer, c queries.Comparison) string {
	var titles []string
	for _, m := range c.Measures {
		titles = append(titles, m.Title)
	}
	return strings.Join(titles, p.T("web.list_separator"))
}

// overviewOf is the figures of a view as the reader may see them, and what is hidden of them.
func (s *Server) overviewOf(ctx context.Context, c *fiber.Ctx, a asked) (queries.Overview, dashboards.Hidden, error) {
	if askerOf(c).Principal.Can(access.FiguresRecord) {
		o, err := s.wholeOverview(ctx, a)
		return o, dashboards.Hidden{}, err
	}
	return s.concealedOverview(ctx, c, a)
}

// wholeOverview is the figures of a view with nothing hidden.
func (s *Server) wholeOverview(ctx context.Context, a asked) (queries.Overview, error) {
	o, err := kept(ctx, s.kept, a.question("overview"), func(ctx context.Context) (queries.Overview, uint32, error) {
		o, err := s.config.Overview(ctx, a.scope, a.view)
		return o, o.Stamp.Run, err
	})
	o.View = a.view
	return o, err
}

// concealedOverview is the figures of a view as somebody may see them who may not see records.
func (s *Server) concealedOverview(ctx context.Context, c *fiber.Ctx, a asked) (queries.Overview, dashboards.Hidden, error) {
	o, err := s.wholeOverview(ctx, a)
	if err != nil {
		return o, dashboards.Hidden{}, err
	}
	hidden, err := s.hiddenFromReaders(ctx, c, a)
	if err != nil {
		return queries.Overview{}, hidden, err
	}
	if hidden.Least > 0 && o.Stamp.Run != a.stamp.Run { // another run was published in between
		return queries.Overview{}, hidden, status(fiber.StatusServiceUnavailable, fault.New("web_run_changed"))
	}
	o, hidden = dashboards.Conceal(o, hidden)
	return o, hidden, nil
}

// usual takes back what only other pages can choose: the window, the comparison and the payer.
func (a *asked) usual() error {
	a.st.from, a.st.to, a.st.comparison, a.st.payer = 0, 0, "", ""
	view, err := a.st.view(a.stamp)
	a.view = view
	a.stamp = a.stamp.For(view.Comparison)
	return err
}
