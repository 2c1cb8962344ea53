package view

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/dimension"
	"jianfu/internal/filter"
	"jianfu/internal/i18n"
	"jianfu/internal/problem"
	"jianfu/internal/web/cache"
	"jianfu/internal/web/kit"
	"jianfu/queries"
)

// Asked is what every page of figures starts from: the address, read and checked, and the current run.
type Asked struct {
	St       kit.State
	Path     string         // of the page, without parameters
	Fixed    queries.Narrow // what the path itself names
	Printer  *i18n.Printer
	Stamp    queries.Stamp
	Scope    filter.Scope
	View     queries.View
	Versus   *dashboards.Versus // what the page is compared with; nil where it says how its last month moved
	unchosen string             // how the page compares where its reader chooses nothing, lastMonth or nothing; "" where it offers no choice
	Units    bool               // whether the reader may go down to units
	policy   bool               // whether the reader may see the policy pack
	bare     *noRates           // where the pack has no rate for anything of the view; else nil
}

// Ask reads the address of a page of figures. What the path names narrows the view and cannot be taken back by a
// parameter. The problem no_run comes with what there is, for the page that says so.
func (s *Kit) Ask(c *fiber.Ctx, path string, fixed queries.Narrow) (Asked, error) {
	st, err := kit.StateOf(c)
	if err != nil {
		return Asked{}, err
	}
	a := Asked{St: st, Path: path, Fixed: fixed, Printer: i18n.For(st.Lang), Scope: kit.ScopeOf(c), Units: kit.AskerOf(c).Principal.Can(access.FiguresUnit), policy: kit.AskerOf(c).Principal.Can(access.PolicyRead)}
	for _, n := range dimension.All {
		if fixed.Value(n) != "" {
			*n.Field(&a.St.Narrow) = ""
		}
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	if a.Stamp, err = s.Stamp(ctx, a.Scope); err != nil {
		return a, err
	}
	if a.View, err = a.St.View(a.Stamp); err != nil {
		return a, err
	}
	a.Stamp = a.Stamp.For(a.View.Comparison)
	for _, n := range dimension.All {
		if of := fixed.Value(n); of != "" {
			*n.Field(&a.View.Narrow) = of
		}
	}
	return a, s.withoutRates(ctx, c, &a)
}

// Question is the key of an answer about the view.
func (a Asked) Question(kind string, more ...string) cache.Question {
	return cache.Question{Kind: kind, Run: a.Stamp.Run, Scope: a.Scope, View: a.View, More: more}
}

// Whole is the state with what the path names among its parameters.
func (a Asked) Whole() kit.State {
	st := a.St
	st.Extra = nil
	st.Narrow = a.View.Narrow
	return st
}

// Within is the address of the page of a view that is narrowed otherwise: that of the deepest region or industry, or of
// the size, that it names; with what the path does not say as parameters.
func (a Asked) Within(narrow queries.Narrow) string {
	st := a.Whole()
	st.Narrow = narrow
	path := "/"
	switch {
	case narrow.Industry != "" && (a.Fixed.Industry != "" || narrow.Region == ""):
		path, st.Narrow.Industry = "/industries/"+narrow.Industry, ""
	case narrow.Region != "":
		path, st.Narrow.Region = "/regions/"+narrow.Region, ""
	case narrow.Size != "":
		path, st.Narrow.Size = "/sizes/"+narrow.Size, ""
	}
	return st.URL(path)
}

// Link is the dashboards.Linker of a page: where a mark leads, one step down. What pages there are decides: a region, an
// industry and a size have one of their own, units are listed, and anything else narrows the page itself.
func (a Asked) Link(marks ...string) string {
	st, narrow := a.St, a.View.Narrow
	st.Extra = url.Values{}
	page, key := "", ""
	var paged *dimension.Dimension // whose page it is
	for i := 0; i+1 < len(marks); i += 2 {
		key = marks[i+1]
		switch mark := marks[i]; mark {
		case "policy":
			page = "/policy"
			st.Extra.Set(kit.ParamAt, key)
		case "month":
			if kit.ParseMonth(&st, key) != nil {
				return ""
			}
		case "total", "state", "band", "wrongly", "reason":
			page = "/units"
			if mark != "total" {
				st.Extra.Set(mark, key)
			}
		default:
			if d, ok := narrow.Step(mark, key); ok && d.Paged {
				paged, page, key = d, "/"+d.Plural+"/", narrow.Value(d)
			}
		}
	}
	st.Narrow = narrow
	switch page {
	case "/policy":
		if !a.policy {
			return ""
		}
		return st.URL(page)
	case "/units":
		if !a.Units {
			return ""
		}
		return st.URL(page)
	case "":
		for _, n := range dimension.All {
			if a.Fixed.Value(n) != "" {
				*n.Field(&st.Narrow) = ""
			}
		}
		return st.URL(a.Path)
	}
	*paged.Field(&st.Narrow) = ""
	return st.URL(page + url.PathEscape(key))
}

// FiguresFrame is what pages of figures have besides their own contents.
type FiguresFrame struct {
	kit.Frame
	Window           string // the months in words
	Versus           string // those that they are compared with, "" for none
	VersusNote       string // how, in sentences
	Filter           filterBar
	Stamp            []dashboards.StampItem
	StampLine        string // the stamp in one line
	Crumbs           []kit.Link
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

	Kept *kit.Shelf // of the parts that are the same for all who ask the same with the same rights
}

// Shelf is where its parts are kept.
func (f FiguresFrame) Shelf() *kit.Shelf { return f.Kept }

// shelf is that of a page of figures: its parts depend on the address, the run, what the reader may see and do, and
// nothing else.
func (a Asked) shelf(c *fiber.Ctx) *kit.Shelf {
	asker := kit.AskerOf(c)
	if asker.Token != "" { // of an account that may see more
		return &kit.Shelf{}
	}
	var rights []string
	for _, right := range asker.Principal.Rights() {
		rights = append(rights, string(right))
	}
	return &kit.Shelf{Key: a.Question("part", a.St.URL(a.Path), strings.Join(rights, " ")).Key()}
}

// FiguresFrame makes the surroundings of a page of figures.
func (s *Kit) FiguresFrame(c *fiber.Ctx, name string, a Asked, title string) FiguresFrame {
	p := a.Printer
	f := FiguresFrame{
		Frame:      s.Frame(c, name, a.Path, a.St, p, title),
		Window:     dashboards.Window(p, a.View.Window),
		Filter:     filters(a, kit.AskerOf(c).Principal.Regions()),
		Stamp:      dashboards.Stamp(p, a.Stamp),
		StampLine:  dashboards.StampLine(p, a.Stamp),
		Crumbs:     a.Crumbs(),
		Comparison: ComparisonOf(a.Stamp, a.View),
		DataFrom:   dashboards.Month(p, a.Stamp.DataFrom),
		DataTo:     dashboards.Month(p, a.Stamp.DataTo),
		Kept:       a.shelf(c),
		NoRates:    a.bare,
	}
	f.ComparedMeasures = measuresInWords(p, f.Comparison)
	f.Footer = p.T("web.footer", "pack", a.Stamp.PackTitle, "run", a.Stamp.Run, "data_to", f.DataTo)
	w := a.View.Window
	f.File = p.T("web.csv.file", "place", a.Place(), "table", "{table}", "from", w.From.Number(), "to", w.To.Number(), "run", a.Stamp.Run)
	shown := f.Window
	if a.Versus != nil {
		f.Versus, f.VersusNote = a.Versus.Words(p), a.Versus.Note(p)
		shown = p.T("web.versus.beside", "window", f.Window, "other", f.Versus)
	}
	f.RunningFoot = p.T("web.running_foot", "title", title, "window", shown, "data_to", f.DataTo, "run", a.Stamp.Run)
	if len(f.Watermark) > 0 {
		f.Watermark = append(f.Watermark, p.T("web.watermark.figures", "data_to", f.DataTo, "run", a.Stamp.Run))
	}
	if now := s.Config.Now(); !a.Stamp.LoadedAt.IsZero() {
		f.Loaded, f.Now, f.Age = a.Stamp.LoadedAt.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339), Age(p, now.Sub(a.Stamp.LoadedAt))
	}
	all := a.St
	all.From, all.To = a.Stamp.DataFrom, a.Stamp.DataTo
	f.AllMonths = all.URL(a.Path)
	return f
}

// Place names what the page's figures are about: what the view is narrowed to or, where it is not, the reader's regions.
func (a Asked) Place() string {
	var names []string
	for _, c := range a.Crumbs()[1:] {
		names = append(names, c.Text)
	}
	if len(names) > 0 {
		return strings.Join(names, "-")
	}
	if region := a.WholeRegion(); region != "" {
		return dashboards.NewNames(a.Printer).Region(region)
	}
	return a.Printer.T("web.all_units")
}

// WholeRegion is the one region that the reader may see, "" where there are several.
func (a Asked) WholeRegion() string {
	if prefixes := a.Scope.Prefixes(); len(prefixes) == 1 && prefixes[0] != "" {
		return (prefixes[0] + "0000")[:6]
	}
	return ""
}

// Age puts a span of time into words, as the script does when it counts on.
func Age(p *i18n.Printer, span time.Duration) string {
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

// NoFigures answers while nothing has been computed; other problems it hands on.
func (s *Kit) NoFigures(c *fiber.Ctx, name string, a Asked, err error) error {
	if problem.Code(err) != "no_run" {
		return err
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	held, err := s.heldRun(ctx, c, a)
	if err != nil {
		return err
	}
	title := "web.empty.no_run"
	if held != nil {
		title = "web.empty.held"
	}
	return s.Pages.Send(c, a.St.Lang, "empty", emptyContents{s.Frame(c, name, a.Path, a.St, a.Printer, a.Printer.T(title)), held})
}

// emptyContents is a page while nothing has been published.
type emptyContents struct {
	kit.Frame
	Held *heldFirst
}

// ComparisonOf is the comparison that a page shows.
func ComparisonOf(stamp queries.Stamp, view queries.View) queries.Comparison {
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

// OverviewOf is the figures of a view as the reader may see them, and what is hidden of them.
func (s *Kit) OverviewOf(ctx context.Context, c *fiber.Ctx, a Asked) (queries.Overview, dashboards.Hidden, error) {
	if kit.AskerOf(c).Principal.Can(access.FiguresRecord) {
		o, err := s.wholeOverview(ctx, a)
		return o, dashboards.Hidden{}, err
	}
	return s.ConcealedOverview(ctx, c, a)
}

// wholeOverview is the figures of a view with nothing hidden.
func (s *Kit) wholeOverview(ctx context.Context, a Asked) (queries.Overview, error) {
	o, err := cache.Kept(ctx, s.Kept, a.Question("overview"), func(ctx context.Context) (queries.Overview, uint32, error) {
		o, err := s.Config.Overview(ctx, a.Scope, a.View)
		return o, o.Stamp.Run, err
	})
	o.View = a.View
	return o, err
}

// ConcealedOverview is the figures of a view as somebody may see them who may not see records.
func (s *Kit) ConcealedOverview(ctx context.Context, c *fiber.Ctx, a Asked) (queries.Overview, dashboards.Hidden, error) {
	o, err := s.wholeOverview(ctx, a)
	if err != nil {
		return o, dashboards.Hidden{}, err
	}
	hidden, err := s.HiddenFromReaders(ctx, c, a)
	if err != nil {
		return queries.Overview{}, hidden, err
	}
	if hidden.Least > 0 && o.Stamp.Run != a.Stamp.Run { // another run was published in between
		return queries.Overview{}, hidden, kit.Status(fiber.StatusServiceUnavailable, problem.New("web_run_changed"))
	}
	o, hidden = dashboards.Conceal(o, hidden)
	return o, hidden, nil
}

// Usual takes back what only other pages can choose: the window, the comparison and the payer.
func (a *Asked) Usual() error {
	a.St.From, a.St.To, a.St.Comparison, a.St.Payer = 0, 0, "", ""
	view, err := a.St.View(a.Stamp)
	a.View = view
	a.Stamp = a.Stamp.For(view.Comparison)
	return err
}
