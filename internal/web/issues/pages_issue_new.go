package issues

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/i18n"
	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/internal/region"
	"jianfu/internal/typed"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// newIssue is the contents of the page that registers an issue.
type newIssue struct {
	kit.Frame
	Crumbs                                   []kit.Link
	Typed                                    typedIssue
	Unit                                     *chosenUnit
	Found                                    []foundUnit // units that were searched for
	Nothing                                  bool        // of which there is none
	MaySearch                                bool
	Sources, Natures, Categories, Severities []kit.Option
	Regions, Levels                          []kit.Option
	Today                                    string
}

// chosenUnit is the unit that the issue is about: what the current run shows of it, and the issues that there are.
type chosenUnit struct {
	ID, Name, Place string
	Shortfall       string // exact yuan; "" where nothing was charged too much
	Run             uint32
	Issues          []unitIssue
}

// unitIssue is an issue that there is about a unit.
type unitIssue struct {
	Number, Title, Address string
	State                  dashboards.Mark
}

// foundUnit is a unit that was found; a button chooses it.
type foundUnit struct{ ID, Name, Place string }

// typedIssue is what was typed.
type typedIssue struct {
	Source, Nature, Category, Severity string
	Title, Text, Contact, RaisedOn     string
	Unit, Search, Region, Level        string
}

// longestContact is how many characters may say whom to call.
const longestContact = 100

// The levels of the bureau that an issue goes to, the one closest to the matter first.
var bureauLevels = []string{"own", "city", "province"}

// readIssue reads the form, and for a page that is opened the address.
func readIssue(c *fiber.Ctx) typedIssue {
	t := typedIssue{Source: kit.Form(c, "source"), Nature: kit.Form(c, "nature"), Category: kit.Form(c, "category"), Severity: kit.Form(c, "severity"), Title: typed.Line(kit.Form(c, "title")),
		Text: kit.Form(c, "text"), Contact: typed.Line(kit.Form(c, "contact")), RaisedOn: kit.Form(c, "raised_on"), Unit: kit.Form(c, "unit"), Search: strings.TrimSpace(kit.Form(c, "search")),
		Region: kit.Form(c, "issue_region"), Level: kit.Form(c, "level")}
	if c.Method() == fiber.MethodGet {
		t.Unit, t.Region = strings.ToUpper(strings.TrimSpace(c.Query(kit.ParamUnit))), c.Query(kit.ParamRegion)
	}
	if chosen := kit.Form(c, "choose"); chosen != "" {
		t.Unit, t.Search = chosen, ""
	}
	if kit.Form(c, "without") != "" {
		t.Unit = ""
	}
	return t
}

// newIssuePage is GET /issues/new, and with ?unit= about that unit.
func (s pages) newIssuePage(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	return s.sendNewIssue(ctx, c, readIssue(c), nil)
}

// sendNewIssue shows the form, with what was typed and why it could not be registered.
func (s pages) sendNewIssue(ctx context.Context, c *fiber.Ctx, t typedIssue, refusal error) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	p := i18n.For(st.Lang)
	page := newIssue{Frame: s.Frame(c, "issues", "/issues/new", st, p, p.T("web.issue.new")), Typed: t, Today: workday.DateOf(s.Config.Now()).String(),
		MaySearch: kit.AskerOf(c).Principal.Can(access.FiguresUnit)}
	page.Crumbs = []kit.Link{{Text: p.T("web.issues"), Address: page.At("/issues")}, {Text: p.T("web.issue.new"), Current: true}}
	page.Typed.RaisedOn = cmp.Or(t.RaisedOn, page.Today)
	if t.Unit != "" && page.MaySearch {
		r, found, err := s.registered(ctx, c, t.Unit)
		if err != nil {
			return err
		}
		if found {
			page.Unit = &chosenUnit{ID: r.ID, Name: r.Name, Place: placeOf(p, &r)}
			if err := s.knownOf(ctx, c, page.Frame, page.Unit); err != nil {
				return err
			}
		} else if refusal == nil && c.Method() == fiber.MethodGet {
			refusal = problem.New("web_issue_no_unit", "unit", kit.Shortened(t.Unit))
		}
	}
	if t.Search != "" && page.Unit == nil && page.MaySearch {
		if page.Found, err = s.searchUnits(ctx, c, p, t.Search); err != nil {
			if !kit.ForUser(err) {
				return err
			}
			refusal = err
		}
		page.Nothing = len(page.Found) == 0 && refusal == nil
	}
	sources := slices.DeleteFunc(slices.Clone(ledger.Sources), func(source ledger.Source) bool { return source == ledger.FromSystem })
	page.Sources = optionsIn(p, "issue_source", sources, t.Source)
	natures := slices.DeleteFunc(slices.Clone(ledger.Natures), func(nature ledger.Nature) bool { return nature == "found" && t.Source != "inspection" })
	page.Natures = optionsIn(p, "issue_nature", natures, t.Nature)
	page.Categories = optionsIn(p, "issue_category", ledger.Categories, t.Category)
	page.Severities = optionsIn(p, "issue_severity", ledger.Severities, cmp.Or(t.Severity, "normal"))
	page.Regions = view.RegionOptions(p, t.Region, kit.AskerOf(c).Principal.Regions())
	for _, level := range bureauLevels {
		page.Levels = append(page.Levels, kit.Option{Value: level, Text: p.T("web.issue_level." + level), Selected: level == cmp.Or(t.Level, bureauLevels[0])})
	}
	if refusal != nil {
		page.Problem = p.Error(refusal)
		if c.Method() != fiber.MethodGet {
			c.Status(fiber.StatusUnprocessableEntity)
		}
	}
	return s.Pages.Send(c, st.Lang, "issue_new", page)
}

// knownOf adds what is known of a unit: its shortfall in the current run, from which an issue can be opened that the data
// verify, and the issues about it.
func (s pages) knownOf(ctx context.Context, c *fiber.Ctx, f kit.Frame, unit *chosenUnit) error {
	p := i18n.For(f.Here.Lang)
	figures, err := s.Config.Figures(ctx)
	if err != nil {
		return err
	}
	found, ok, err := figures.CaseOf(ctx, kit.AskerOf(c).Principal.Scope(access.FiguresUnit), unit.ID, "")
	if err != nil {
		return err
	}
	if ok && found.Shortfall() > 0 {
		unit.Shortfall, unit.Run = dashboards.Exact(found.Shortfall()), figures.Run.ID
	}
	rows, err := s.Config.Issues.OfUnit(ctx, kit.AskerOf(c).Principal.Scope(access.IssuesRead), []string{unit.ID})
	for _, row := range rows {
		state := string(row.State)
		unit.Issues = append(unit.Issues, unitIssue{row.Number, row.Title, f.At(view.IssuePath(row.Number)), dashboards.Mark{ID: state, Text: dashboards.NewNames(p).Word("issue_state")(state)}})
	}
	return err
}

// placeOf says where a unit is and what it does.
func placeOf(p *i18n.Printer, r *queries.Registration) string {
	names := dashboards.NewNames(p)
	parts := []string{names.Region(r.RegionCode)}
	if r.IndustryCode != "" {
		parts = append(parts, names.Industry(r.IndustryCode))
	}
	return strings.Join(append(parts, names.Word(kit.ParamSize)(r.Size.String())), " · ")
}

// mostUnitsFound is how many units a search offers; who finds more types more.
const mostUnitsFound = 8

// searchUnits finds units by code, name or initials, as the list of units does.
func (s pages) searchUnits(ctx context.Context, c *fiber.Ctx, p *i18n.Printer, text string) ([]foundUnit, error) {
	search, err := queries.ReadUnitSearch(text)
	if err != nil {
		return nil, err
	}
	stamp, err := s.Stamp(ctx, kit.ScopeOf(c))
	if err != nil {
		return nil, err
	}
	var st kit.State
	usual, err := st.View(stamp)
	if err != nil {
		return nil, err
	}
	a := view.Asked{Printer: p, Stamp: stamp, Scope: kit.ScopeOf(c), View: usual}
	f, err := s.FiguresAt(ctx, a)
	if err != nil {
		return nil, err
	}
	list, err := s.UnitList(ctx, f, a, queries.UnitQuery{Search: search, Sort: "shortfall", Descending: true, Most: mostUnitsFound})
	if err != nil {
		return nil, err
	}
	names := dashboards.NewNames(p)
	var found []foundUnit
	for _, r := range list.Rows {
		found = append(found, foundUnit{r.UnitID, r.Name, names.Region(r.RegionCode) + " · " + names.Industry(r.IndustryCode)})
	}
	return found, nil
}

// openIssue is POST /issues/new: it registers the issue, or looks for the unit that it is about.
func (s pages) openIssue(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	t := readIssue(c)
	if kit.Form(c, "find") != "" || kit.Form(c, "choose") != "" || kit.Form(c, "without") != "" {
		c.Status(fiber.StatusOK)
		return s.sendNewIssue(ctx, c, t, nil)
	}
	data, err := s.draft(ctx, c, &t)
	if err != nil {
		if !kit.ForUser(err) {
			return err
		}
		return s.sendNewIssue(ctx, c, t, err)
	}
	p := kit.AskerOf(c).Principal
	issue, err := s.Config.Issues.Open(ctx, p, data)
	if err != nil {
		if !kit.ForUser(err) {
			return err
		}
		return s.sendNewIssue(ctx, c, t, err)
	}
	return s.Back(c, view.IssuePath(issue.Number), "issue_register")
}

// draft is the registration that was typed. What the register of units says of the unit is taken from there.
func (s pages) draft(ctx context.Context, c *fiber.Ctx, t *typedIssue) (ledger.Data, error) {
	data := ledger.Data{Source: ledger.Source(t.Source), Nature: ledger.Nature(t.Nature), Category: ledger.Category(t.Category), Severity: ledger.Severity(t.Severity),
		Title: t.Title, Text: strings.TrimSpace(t.Text), Contact: t.Contact, RaisedOn: t.RaisedOn, Region: t.Region}
	if t.Unit != "" {
		r, found, err := s.registered(ctx, c, t.Unit)
		if err != nil {
			return data, err
		}
		if !found {
			return data, problem.New("web_issue_no_unit", "unit", kit.Shortened(t.Unit))
		}
		data.Unit, data.Region, data.Industry, data.Size = r.ID, r.RegionCode, r.IndustryCode, r.Size.String()
	}
	switch raised, err := workday.ParseDate(t.RaisedOn); {
	case data.Source == ledger.FromSystem:
		return data, ledger.Missing(ledger.Register, "source")
	case data.Region == "":
		return data, ledger.Missing(ledger.Register, "region")
	case utf8.RuneCountInString(t.Contact) > longestContact:
		return data, problem.New("ledger_too_long", "most", longestContact)
	case err != nil || raised > workday.DateOf(s.Config.Now()):
		return data, problem.New("web_issue_bad_date", "value", kit.Shortened(t.RaisedOn))
	}
	bureau, ok := bureauOf(data.Region, t.Level)
	if !ok {
		return data, ledger.UnknownWord("level", bureauLevels, kit.Shortened(t.Level))
	}
	data.Bureau = bureau
	return data.SinceRaised(s.Config.Now()), nil
}

// bureauOf is the bureau of a level for a region; ok is false where there is no such level.
func bureauOf(code, level string) (bureau string, ok bool) {
	switch level {
	case "", "own":
		return code, true
	case "city":
		return region.CityOf(code), true
	case "province":
		return region.ProvinceOf(code), true
	}
	return "", false
}

// Radios is a list of the form as the templates take it.
func (n newIssue) Radios(name string, options []kit.Option) shownSelect {
	return shownSelect{Name: name, Title: i18n.For(n.Here.Lang).T("web.issue.choose." + name), Options: options}
}
