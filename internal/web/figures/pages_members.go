package figures

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/classification"
	"jianfu/internal/contribution"
	"jianfu/internal/dimension"
	"jianfu/internal/problem"
	"jianfu/internal/region"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// Parameters of the pages of members.
const (
	paramCode  = "code"  // region code, in the path
	paramRank  = "rank"  // by what members are ranked
	paramCross = "cross" // which two dimensions are crossed
	paramCell  = "cell"  // what the cells of the crossing say
)

// memberKind is one of the three kinds of members that have pages of their own. They are pages of the same contents.
type memberKind struct {
	name    string // of the pages, in addresses and in the bar
	by      string // the dimension
	param   string // of the path
	field   func(*queries.Narrow) *string
	read    func(text string) (key string, known bool)
	parent  func(key string) string // one level up; "" for all
	unknown func(text string) error
}

var (
	regionPages = memberKind{
		name: "regions", by: queries.ByRegion, param: paramCode, field: func(n *queries.Narrow) *string { return &n.Region },
		read:    func(text string) (string, bool) { return text, len(text) == 6 && region.Known(text) },
		parent:  regionAbove,
		unknown: func(text string) error { return problem.New("members_unknown_region", "value", text) },
	}
	industryPages = memberKind{
		name: "industries", by: queries.ByIndustry, param: kit.ParamIndustry, field: func(n *queries.Narrow) *string { return &n.Industry },
		read: func(text string) (string, bool) {
			if text == dimension.Nothing {
				return text, true
			}
			return classification.NormaliseIndustry(text)
		},
		parent:  industryAbove,
		unknown: func(text string) error { return problem.New("members_unknown_industry", "value", text) },
	}
	sizePages = memberKind{
		name: "sizes", by: queries.BySize, param: kit.ParamSize, field: func(n *queries.Narrow) *string { return &n.Size },
		read:   func(text string) (string, bool) { return text, slices.Contains(kit.Ids(contribution.Sizes), text) },
		parent: func(string) string { return "" },
		unknown: func(text string) error {
			return problem.New("members_unknown_size", "value", text, "known", strings.Join(kit.Ids(contribution.Sizes), ", "))
		},
	}
	memberKinds = []memberKind{regionPages, industryPages, sizePages}
)

// regionAbove is the region whose parts have a region among them, by the digits of codes, as sums are.
func regionAbove(code string) string {
	switch region.Level(code) {
	case region.County:
		return code[:4] + "00"
	case region.City:
		return code[:2] + "0000"
	}
	return ""
}

// industryAbove is the division of a code, the section of a division.
func industryAbove(code string) string {
	switch {
	case len(code) > 3:
		return code[:3]
	case len(code) > 1:
		return code[:1]
	}
	return ""
}

// crossings are the pairs of dimensions that can be crossed, and how a table has them in rows and columns.
var (
	crossings  = []string{"region-industry", "region-size", "industry-size"}
	crossSides = map[string][2]string{
		"region-industry": {queries.ByIndustry, queries.ByRegion},
		"region-size":     {queries.ByRegion, queries.BySize},
		"industry-size":   {queries.ByIndustry, queries.BySize},
	}
)

func (s pages) memberRoutes() []kit.Route {
	var routes []kit.Route
	for _, k := range memberKinds {
		page, download := s.memberPage(k), s.memberDownload(k)
		routes = append(routes,
			kit.Reading("/"+k.name, kit.Figures, page),
			kit.Reading("/"+k.name+"/:"+k.param, kit.Figures, page),
			kit.Reading("/download/"+k.name+"/:table", kit.TakeFigures, download),
			kit.Writing("/download/"+k.name+"/:table", kit.TakeFigures, download))
	}
	return routes
}

// memberAnswer is what the three forms of a member's page (page, download, JSON) are made from.
type memberAnswer struct {
	view.Asked
	figures   dashboards.MemberFigures
	parent    *view.Asked // of what the member is a part of; nil for none that the reader may see
	cross     string
	crossings []string // those that the page has
}

// askMember reads the address and asks the store. A member may stand in the path or, where the path names none, among the
// parameters.
func (s pages) askMember(c *fiber.Ctx, k memberKind) (memberAnswer, error) {
	path, fixed := "/"+k.name, queries.Narrow{}
	if text := c.Params(k.param); text != "" {
		key, known := k.read(text)
		if !known {
			return memberAnswer{}, kit.Status(fiber.StatusNotFound, k.unknown(kit.Shortened(text)))
		}
		path += "/" + url.PathEscape(key)
		*k.field(&fixed) = key
	}
	a, err := s.Ask(c, path, fixed)
	m := memberAnswer{Asked: a, figures: dashboards.MemberFigures{By: k.by}}
	if err != nil {
		return m, err
	}
	m.figures.Key = *k.field(&m.View.Narrow)
	if err := m.choose(c); err != nil {
		return m, kit.Status(fiber.StatusBadRequest, err)
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	o, hidden, err := s.OverviewOf(ctx, c, m.Asked)
	if err != nil {
		return m, err
	}
	m.Stamp = o.Stamp
	if err := s.Compare(ctx, c, &m.Asked); err != nil {
		return m, err
	}
	m.figures.Own = dashboards.Reading{Overview: o, Hidden: hidden, Link: m.Link, Versus: m.Versus}
	m.parent = m.above(k)
	if err := m.chooseCross(c); err != nil {
		return m, kit.Status(fiber.StatusBadRequest, err)
	}
	if hidden.All() || o.Total.Units == 0 {
		return m, nil
	}
	if m.parent != nil {
		of, hidden, err := s.OverviewOf(ctx, c, *m.parent)
		if err != nil {
			return m, err
		}
		m.figures.Parent = &dashboards.Reading{Overview: of, Hidden: hidden, Link: m.parent.Link}
	}
	return m, s.crossMember(ctx, c, &m)
}

// above is the same question about what the member is a part of.
func (m *memberAnswer) above(k memberKind) *view.Asked {
	if m.figures.Key == "" {
		return nil
	}
	up := k.parent(m.figures.Key)
	if k.by == queries.ByRegion && up != "" && !m.Scope.Allows(up) {
		up = ""
	}
	whole := m.Asked
	*k.field(&whole.Fixed), *k.field(&whole.View.Narrow) = up, up
	return &whole
}

// choose reads the choices of the page.
func (m *memberAnswer) choose(c *fiber.Ctx) error {
	m.St.Extra = url.Values{}
	choice := func(into *string, name string, choices []string, standard string) error {
		*into = standard
		value := c.Query(name)
		switch value {
		case "":
			return nil
		case "shortfall": // of an address that was kept before too much and too little were parted
			value = "overcharged"
		}
		if !slices.Contains(choices, value) {
			return kit.BadChoice(name, value, choices)
		}
		if *into = value; value != standard {
			m.St.Extra.Set(name, value)
		}
		return nil
	}
	if err := choice(&m.figures.Rank, paramRank, dashboards.Rankings, dashboards.Rankings[0]); err != nil {
		return err
	}
	if err := choice(&m.figures.Shade, paramCell, dashboards.Ranks, dashboards.Ranks[0]); err != nil {
		return err
	}
	if asked := c.Query(paramCross); asked != "" && !slices.Contains(crossings, asked) {
		return kit.BadChoice(paramCross, asked, crossings)
	}
	return nil
}

// chooseCross reads which two dimensions are crossed, of those that the page has and its reader may see crossed.
func (m *memberAnswer) chooseCross(c *fiber.Ctx) error {
	m.crossings = slices.DeleteFunc(crossable(m.View.Narrow), func(id string) bool {
		sides := crossSides[id]
		return m.figures.Own.Hidden.Closed(dashboards.CountedAs(sides[0]), dashboards.CountedAs(sides[1]))
	})
	asked := c.Query(paramCross)
	switch {
	case asked != "" && !slices.Contains(m.crossings, asked):
		return problem.New("members_no_cross", "value", asked, "known", cmp.Or(strings.Join(m.crossings, ", "), dashboards.NotApplicable))
	case asked == "" && len(m.crossings) > 0:
		m.cross = m.crossings[0]
	case len(m.crossings) > 0:
		if m.cross = asked; asked != m.crossings[0] {
			m.St.Extra.Set(paramCross, asked)
		}
	}
	return nil
}

// divided tells of each dimension whether a view has members of it to tell apart.
func divided(n queries.Narrow) map[string]bool {
	return map[string]bool{
		queries.ByRegion:   region.Level(n.Region) != region.County,
		queries.ByIndustry: len(n.Industry) < 4 && n.Industry != dimension.Nothing,
		queries.BySize:     n.Size == "",
	}
}

// crossable are the crossings that a view has.
func crossable(n queries.Narrow) []string {
	open := divided(n)
	return slices.DeleteFunc(slices.Clone(crossings), func(id string) bool {
		sides := crossSides[id]
		return !open[sides[0]] || !open[sides[1]]
	})
}

// memberPage is GET /regions, /industries and /sizes, and of one member of these.
func (s pages) memberPage(k memberKind) fiber.Handler {
	return func(c *fiber.Ctx) error {
		m, err := s.askMember(c, k)
		if err != nil {
			return s.NoFigures(c, k.name, m.Asked, err)
		}
		contents := dashboards.NewMember(m.figures, m.Printer)
		page := memberContents{
			FiguresFrame: s.FiguresFrame(c, k.name, m.Asked, contents.Title), Member: contents,
			Approval: s.Config.Approval, Approved: s.Assets.Approved,
			Ranks: m.choices(paramRank, dashboards.Rankings, m.figures.Rank, "web.column."),
			Cells: m.choices(paramCell, dashboards.Ranks, m.figures.Shade, "web.column."), Crossings: m.crossingLinks(),
			Divided: divided(m.View.Narrow),
			Changed: m.codeChangeOf(m.View.Narrow.Region),
		}
		page.keepChoices(m)
		ctx, cancel := kit.Asking(c)
		defer cancel()
		if page.CaseLinks, err = s.caseLinks(ctx, c, m.Asked); err != nil {
			return err
		}
		return s.Pages.Send(c, m.St.Lang, "members", page)
	}
}

// memberContents is the contents of a member's page.
type memberContents struct {
	view.FiguresFrame
	*dashboards.Member
	Approval  string
	Approved  bool
	Divided   map[string]bool // the dimensions of which the page has members
	Ranks     []kit.Link      // what members can be ranked by
	Cells     []kit.Link      // what the cells of the crossing can say
	Crossings []kit.Link
	Up        *kit.Link // one level up
	CaseLinks caseLinks
	Changed   *codeChange
}

// codeChange is what happened to the code of a county: which it took the place of, or which took its place.
type codeChange struct {
	Text  string
	Links []kit.Link
}

// codeChangeOf is that of a page's county, with the pages of the codes on the other side; nil where there is none.
func (m memberAnswer) codeChangeOf(code string) *codeChange {
	change, ok := region.ChangeOf(code)
	if !ok || code == change.Code && len(change.Before) == 0 {
		return nil
	}
	key, others := "web.members.became", []string{change.Code}
	if code == change.Code {
		key, others = "web.members.was", change.Before
	}
	said := &codeChange{Text: m.Printer.T(key, "since", change.Since, "name", region.NameIn(m.St.Lang, code))}
	for _, other := range others {
		narrow := m.View.Narrow
		narrow.Region = other
		said.Links = append(said.Links, kit.Link{Text: region.NameIn(m.St.Lang, other) + " " + other, Address: m.Within(narrow)})
	}
	return said
}

// keepChoices lets the forms, the downloads and the links of the frame go on with the page's choices.
func (page *memberContents) keepChoices(m memberAnswer) {
	for _, name := range []string{paramRank, paramCross, paramCell} {
		if value := m.St.Extra.Get(name); value != "" {
			page.Filter.Hidden = append(page.Filter.Hidden, kit.Option{Value: value, Text: name})
		}
	}
	page.Here = m.Whole()
	page.Here.Extra = m.St.Extra
	if m.parent != nil {
		up := m.parent.Crumbs()
		page.Up = &kit.Link{Text: up[len(up)-1].Text, Address: m.Within(m.parent.View.Narrow)}
	}
}

// choices are links to the page with another choice made.
func (m memberAnswer) choices(name string, values []string, chosen, words string) []kit.Link {
	var links []kit.Link
	for _, value := range values {
		links = append(links, kit.Link{Text: m.Printer.T(words + value), Address: m.with(name, value, values[0]), Current: value == chosen})
	}
	return links
}

func (m memberAnswer) crossingLinks() []kit.Link {
	var links []kit.Link
	for _, id := range m.crossings {
		sides := crossSides[id]
		text := m.Printer.T("web.members.cross.short", "rows", m.Printer.T("web.column."+sides[0]), "columns", m.Printer.T("web.column."+sides[1]))
		links = append(links, kit.Link{Text: text, Address: m.with(paramCross, id, m.crossings[0]), Current: id == m.cross})
	}
	return links
}

// with is the page's address with one of its choices made otherwise.
func (m memberAnswer) with(name, value, standard string) string {
	st := m.St
	st.Extra = url.Values{}
	for key, values := range m.St.Extra {
		st.Extra[key] = values
	}
	if st.Extra.Del(name); value != standard {
		st.Extra.Set(name, value)
	}
	return st.URL(m.Path)
}

// memberDownload is /download/regions/<table>.csv and .xlsx, and of the other kinds; the member is a parameter.
func (s pages) memberDownload(k memberKind) fiber.Handler {
	return func(c *fiber.Ctx) error {
		m, err := s.askMember(c, k)
		if err != nil {
			return err
		}
		contents := dashboards.NewMember(m.figures, m.Printer)
		id, _ := view.FormatOf(c)
		table, found := contents.Table(id)
		if !found {
			return kit.Status(fiber.StatusNotFound, problem.New("web_not_found", "path", kit.Shortened(c.Path())))
		}
		if contents.Withheld {
			return kit.Status(fiber.StatusForbidden, problem.New("web_withheld", "least", m.figures.Own.Hidden.Least))
		}
		return s.TakeTable(c, m.Asked, contents.Title, contents.Place, contents.Note, table)
	}
}
