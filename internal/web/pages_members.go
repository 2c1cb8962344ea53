package web

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/classification"
	"jianfu/internal/contribution"
	"jianfu/internal/fault"
	"jianfu/internal/region"
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
		unknown: func(text string) error { return fault.New("members_unknown_region", "value", text) },
	}
	industryPages = memberKind{
		name: "industries", by: queries.ByIndustry, param: paramIndustry, field: func(n *queries.Narrow) *string { return &n.Industry },
		read: func(text string) (string, bool) {
			if text == queries.NoIndustry {
				return text, true
			}
			return classification.NormaliseIndustry(text)
		},
		parent:  industryAbove,
		unknown: func(text string) error { return fault.New("members_unknown_industry", "value", text) },
	}
	sizePages = memberKind{
		name: "sizes", by: queries.BySize, param: paramSize, field: func(n *queries.Narrow) *string { return &n.Size },
		read:   func(text string) (string, bool) { return text, slices.Contains(ids(contribution.Sizes), text) },
		parent: func(string) string { return "" },
		unknown: func(text string) error {
			return fault.New("members_unknown_size", "value", text, "known", strings.Join(ids(contribution.Sizes), ", "))
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

func (s *Server) memberRoutes() []route {
	var routes []route
	for _, k := range memberKinds {
		page, download := s.memberPage(k), s.memberDownload(k)
		routes = append(routes,
			reading("/"+k.name, figures, page),
			reading("/"+k.name+"/:"+k.param, figures, page),
			reading("/download/"+k.name+"/:table", takeFigures, download),
			writing("/download/"+k.name+"/:table", takeFigures, download))
	}
	return routes
}

// memberAnswer is what the three forms of a member's page (page, download, JSON) are made from.
type memberAnswer struct {
	asked
	figures   dashboards.MemberFigures
	parent    *asked // of what the member is a part of; nil for none that the reader may see
	cross     string
	crossings []string // those that the page has
}

// askMember reads the address and asks the store. A member may stand in the path or, where the path names none, among the
// parameters.
func (s *Server) askMember(c *fiber.Ctx, k memberKind) (memberAnswer, error) {
	path, fixed := "/"+k.name, queries.Narrow{}
	if text := c.Params(k.param); text != "" {
		key, known := k.read(text)
		if !known {
			return memberAnswer{}, status(fiber.StatusNotFound, k.unknown(shortened(text)))
		}
		path += "/" + url.PathEscape(key)
		*k.field(&fixed) = key
	}
	a, err := s.ask(c, path, fixed)
	m := memberAnswer{asked: a, figures: dashboards.MemberFigures{By: k.by}}
	if err != nil {
		return m, err
	}
	m.figures.Key = *k.field(&m.view.Narrow)
	if err := m.choose(c); err != nil {
		return m, status(fiber.StatusBadRequest, err)
	}
	ctx, cancel := asking(c)
	defer cancel()
	o, hidden, err := s.overviewOf(ctx, c, m.asked)
	if err != nil {
		return m, err
	}
	m.stamp = o.Stamp
	if err := s.compare(ctx, c, &m.asked); err != nil {
		return m, err
	}
	m.figures.Own = dashboards.Reading{Overview: o, Hidden: hidden, Link: m.link, Versus: m.versus}
	m.parent = m.above(k)
	if err := m.chooseCross(c); err != nil {
		return m, status(fiber.StatusBadRequest, err)
	}
	if hidden.All() || o.Total.Units == 0 {
		return m, nil
	}
	if m.parent != nil {
		of, hidden, err := s.overviewOf(ctx, c, *m.parent)
		if err != nil {
			return m, err
		}
		m.figures.Parent = &dashboards.Reading{Overview: of, Hidden: hidden, Link: m.parent.link}
	}
	return m, s.crossMember(ctx, c, &m)
}

// above is the same question about what the member is a part of.
func (m *memberAnswer) above(k memberKind) *asked {
	if m.figures.Key == "" {
		return nil
	}
	up := k.parent(m.figures.Key)
	if k.by == queries.ByRegion && up != "" && !m.scope.Allows(up) {
		up = ""
	}
	whole := m.asked
	*k.field(&whole.fixed), *k.field(&whole.view.Narrow) = up, up
	return &whole
}

// choose reads the choices of the page.
func (m *memberAnswer) choose(c *fiber.Ctx) error {
	m.st.extra = url.Values{}
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
			return badChoice(name, value, choices)
		}
		if *into = value; value != standard {
			m.st.extra.Set(name, value)
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
		return badChoice(paramCross, asked, crossings)
	}
	return nil
}

// chooseCross reads which two dimensions are crossed, of those that the page has and its reader may see crossed.
func (m *memberAnswer) chooseCross(c *fiber.Ctx) error {
	m.crossings = slices.DeleteFunc(crossable(m.view.Narrow), func(id string) bool {
		sides := crossSides[id]
		return m.figures.Own.Hidden.Closed(dashboards.CountedAs(sides[0]), dashboards.CountedAs(sides[1]))
	})
	asked := c.Query(paramCross)
	switch {
	case asked != "" && !slices.Contains(m.crossings, asked):
		return fault.New("members_no_cross", "value", asked, "known", cmp.Or(strings.Join(m.crossings, ", "), dashboards.NotApplicable))
	case asked == "" && len(m.crossings) > 0:
		m.cross = m.crossings[0]
	case len(m.crossings) > 0:
		if m.cross = asked; asked != m.crossings[0] {
			m.st.extra.Set(paramCross, asked)
		}
	}
	return nil
}

// divided tells of each dimension whether a view has members of it to tell apart.
func divided(n queries.Narrow) map[string]bool {
	return map[string]bool{
		queries.ByRegion:   region.Level(n.Region) != region.County,
		queries.ByIndustry: len(n.Industry) < 4 && n.Industry != queries.NoIndustry,
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
func (s *Server) memberPage(k memberKind) fiber.Handler {
	return func(c *fiber.Ctx) error {
		m, err := s.askMember(c, k)
		if err != nil {
			return s.noFigures(c, k.name, m.asked, err)
		}
		contents := dashboards.NewMember(m.figures, m.printer)
		page := memberContents{
			figuresFrame: s.figuresFrame(c, k.name, m.asked, contents.Title), Member: contents,
			Approval: s.config.Approval, Approved: s.assets.approved,
			Ranks: m.choices(paramRank, dashboards.Rankings, m.figures.Rank, "web.column."),
			Cells: m.choices(paramCell, dashboards.Ranks, m.figures.Shade, "web.column."), Crossings: m.crossingLinks(),
			Divided: divided(m.view.Narrow),
			Changed: m.codeChangeOf(m.view.Narrow.Region),
		}
		page.keepChoices(m)
		ctx, cancel := asking(c)
		defer cancel()
		if page.Strip, err = s.strip(ctx, c, m.asked); err != nil {
			return err
		}
		return s.pages.send(c, m.st.lang, "members", page)
	}
}

// memberContents is the contents of a member's page.
type memberContents struct {
	figuresFrame
	*dashboards.Member
	Approval  string
	Approved  bool
	Divided   map[string]bool // the dimensions of which the page has members
	Ranks     []link          // what members can be ranked by
	Cells     []link          // what the cells of the crossing can say
	Crossings []link
	Up        *link // one level up
	Strip     strip
	Changed   *codeChange
}

// codeChange is what happened to the code of a county: which it took the place of, or which took its place.
type codeChange struct {
	Text  string
	Links []link
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
	said := &codeChange{Text: m.printer.T(key, "since", change.Since, "name", region.NameIn(m.st.lang, code))}
	for _, other := range others {
		narrow := m.view.Narrow
		narrow.Region = other
		said.Links = append(said.Links, link{Text: region.NameIn(m.st.lang, other) + " " + other, Address: m.within(narrow)})
	}
	return said
}

// keepChoices lets the forms, the downloads and the links of the frame go on with the page's choices.
func (page *memberContents) keepChoices(m memberAnswer) {
	for _, name := range []string{paramRank, paramCross, paramCell} {
		if value := m.st.extra.Get(name); value != "" {
			page.Filter.Hidden = append(page.Filter.Hidden, option{Value: value, Text: name})
		}
	}
	page.state = m.whole()
	page.state.extra = m.st.extra
	if m.parent != nil {
		up := m.parent.crumbs()
		page.Up = &link{Text: up[len(up)-1].Text, Address: m.within(m.parent.view.Narrow)}
	}
}

// choices are links to the page with another choice made.
func (m memberAnswer) choices(name string, values []string, chosen, words string) []link {
	var links []link
	for _, value := range values {
		links = append(links, link{Text: m.printer.T(words + value), Address: m.with(name, value, values[0]), Current: value == chosen})
	}
	return links
}

func (m memberAnswer) crossingLinks() []link {
	var links []link
	for _, id := range m.crossings {
		sides := crossSides[id]
		text := m.printer.T("web.members.cross.short", "rows", m.printer.T("web.column."+sides[0]), "columns", m.printer.T("web.column."+sides[1]))
		links = append(links, link{Text: text, Address: m.with(paramCross, id, m.crossings[0]), Current: id == m.cross})
	}
	return links
}

// with is the page's address with one of its choices made otherwise.
func (m memberAnswer) with(name, value, standard string) string {
	st := m.st
	st.extra = url.Values{}
	for key, values := range m.st.extra {
		st.extra[key] = values
	}
	if st.extra.Del(name); value != standard {
		st.extra.Set(name, value)
	}
	return st.url(m.path)
}

// memberDownload is /download/regions/<table>.csv and .xlsx, and of the other kinds; the member is a parameter.
func (s *Server) memberDownload(k memberKind) fiber.Handler {
	return func(c *fiber.Ctx) error {
		m, err := s.askMember(c, k)
		if err != nil {
			return err
		}
		contents := dashboards.NewMember(m.figures, m.printer)
		id, _ := formatOf(c)
		table, found := contents.Table(id)
		if !found {
			return status(fiber.StatusNotFound, fault.New("web_not_found", "path", shortened(c.Path())))
		}
		if contents.Withheld {
			return status(fiber.StatusForbidden, fault.New("web_withheld", "least", m.figures.Own.Hidden.Least))
		}
		return s.takeTable(c, m.asked, contents.Title, contents.Place, contents.Note, table)
	}
}
