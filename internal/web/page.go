package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/i18n"
)

// templateFiles holds layout.html, the parts (part_*.html), and the pages that every topic may send.
//
//go:embed templates
var templateFiles embed.FS

// pages are the parsed templates, by language and page, and the parts of pages that are kept.
type pages struct {
	templates map[string]map[string]*template.Template
	parts     *answers
}

// newPages parses each page together with the layout and the parts, once a language, so that {{T "key"}} needs no
// language in any template. The pages of a topic are in a folder of its own.
func newPages(files *assets, topics []topic) (pages, error) {
	ps := pages{map[string]map[string]*template.Template{}, newAnswers(keptParts)}
	own, err := fs.Sub(templateFiles, "templates")
	if err != nil {
		return ps, err
	}
	for _, lang := range i18n.Languages {
		ps.templates[lang] = map[string]*template.Template{}
		shared := template.New("").Funcs(functions(i18n.For(lang), files)).Funcs(template.FuncMap{"kept": ps.part})
		if shared, err = shared.ParseFS(own, "layout.html", "part_*.html"); err != nil {
			return ps, fmt.Errorf("templates: %w", err)
		}
		folders := []fs.FS{own}
		for _, t := range topics {
			if t.templates != nil {
				folders = append(folders, t.templates)
			}
		}
		for _, folder := range folders {
			if err := ps.parse(lang, shared, folder); err != nil {
				return ps, err
			}
		}
	}
	return ps, nil
}

// parse parses the pages of a folder, each together with what all share.
func (ps pages) parse(lang string, shared *template.Template, folder fs.FS) error {
	names, err := fs.Glob(folder, "*.html")
	if err != nil {
		return err
	}
	for _, file := range names {
		name := strings.TrimSuffix(file, ".html")
		if name == "layout" || strings.HasPrefix(name, "part_") {
			continue
		}
		page, err := shared.Clone()
		if err != nil {
			return err
		}
		if ps.templates[lang][name] != nil {
			return fmt.Errorf("template %s: there are two of this name", name)
		}
		if ps.templates[lang][name], err = page.ParseFS(folder, file); err != nil {
			return fmt.Errorf("template %s: %w", name, err)
		}
	}
	return nil
}

// functions are what templates may call.
func functions(p *i18n.Printer, files *assets) template.FuncMap {
	return template.FuncMap{
		"T":           p.T,
		"N":           p.N,
		"asset":       files.address,
		"boundaries":  files.boundaries,
		"offMap":      files.offMap,
		"offMapText":  func(chart *dashboards.Chart) string { return offMapSentence(p, files.offMap(chart)) },
		"strong":      strong,
		"kind":        func(k dashboards.Kind) string { return string(k) },
		"column":      func(t dashboards.Table, i int) dashboards.Column { return t.Columns[i] },
		"cell":        func(row []dashboards.Cell, i int) dashboards.Cell { return row[i] },
		"cellOf":      cellOf,
		"choices":     choicesOf,
		"clientTexts": func() map[string]string { return clientTexts(p) },
		"formats":     func() []string { return slices.Concat(fileFormats, pictureFormats) },
		"steps":       func(title string, lines []dashboards.StepLine) shownSteps { return shownSteps{title, lines} },
		"orNone":      func(text string) string { return dashboards.Cell{Text: text}.Shown() },
		"indent":      func(level int) string { return strings.Repeat("\u2003", level) },
	}
}

// shownChoices are links of which one is the page's own choice.
type shownChoices struct {
	Title string
	Links []link
}

// choicesOf makes the links of a choice lead back to the part of the page that they change.
func choicesOf(title string, links []link, part string) shownChoices {
	there := make([]link, len(links))
	for i, l := range links {
		there[i] = l
		there[i].Address += "#" + part
	}
	return shownChoices{title, there}
}

// shownSteps are steps of a calculation under their title.
type shownSteps struct {
	Title string
	Lines []dashboards.StepLine
}

// shownCell is a cell with what its column says of it.
type shownCell struct {
	First     bool // the row's head
	Kind, Key string
	Cell      dashboards.Cell
}

func cellOf(column dashboards.Column, cell dashboards.Cell, position int) shownCell {
	return shownCell{First: position == 0, Kind: string(column.Kind), Key: column.Key, Cell: cell}
}

// shownBlock is a block with its place on the page and where its table can be had.
type shownBlock struct {
	Block     dashboards.Block
	Class     string
	Download  string
	HasCharts bool
	MayTake   bool
}

// Shown is a block as the templates take it.
func (f frame) Shown(block dashboards.Block, class string) shownBlock {
	return shownBlock{Block: block, Class: class, Download: f.state.url("/download/" + f.name + "/" + block.Table.ID + ".csv"), HasCharts: f.HasCharts, MayTake: f.MayTake}
}

// shownBands is the distribution of units with its place on the page.
type shownBands struct {
	shownBlock
	Bands dashboards.Bands
}

// ShownBands is the distribution of units as the templates take it.
func (f frame) ShownBands(bands dashboards.Bands) shownBands {
	return shownBands{f.Shown(bands.Block, "w12 bands-card"), bands}
}

// DownloadAs is where the block's table can be had in another format.
func (b shownBlock) DownloadAs(format string) string {
	path, parameters, _ := strings.Cut(b.Download, "?")
	path = strings.TrimSuffix(path, ".csv") + "." + format
	if parameters != "" {
		path += "?" + parameters
	}
	return path
}

// Below is what lies behind the block as a whole: where its total leads, or "".
func (b shownBlock) Below() string {
	for _, cell := range b.Block.Table.Total {
		if cell.Link != "" {
			return cell.Link
		}
	}
	return ""
}

// clientTexts are the words of the scripts, whose keys begin with "client.".
func clientTexts(p *i18n.Printer) map[string]string {
	texts := map[string]string{"colon": p.T("web.colon")}
	for _, key := range i18n.Keys("client.") {
		texts[key] = p.T("client." + key)
	}
	return texts
}

// strong prints a sentence with its figures bold; everything in it is escaped.
func strong(sentence string) template.HTML {
	escaped := template.HTMLEscapeString(sentence)
	escaped = strings.ReplaceAll(escaped, dashboards.StrongStart, "<strong>")
	return template.HTML(strings.ReplaceAll(escaped, dashboards.StrongEnd, "</strong>")) //nolint:gosec // escaped above
}

// send renders a page. It is rendered whole before anything is sent, so that no reader sees half of one.
func (ps pages) send(c *fiber.Ctx, lang, name string, data any) error {
	on := &shelf{}
	if framed, ok := data.(interface{ Shelf() *shelf }); ok {
		on = framed.Shelf()
	}
	on.lang, on.page = lang, name
	var buffer bytes.Buffer
	if err := ps.templates[lang][name].ExecuteTemplate(&buffer, "layout", data); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return on.deliver(c, buffer.Bytes())
}

// link is a place to go to; Current marks where the reader is.
type link struct {
	Text, Address, Lang, ID string
	Current                 bool
}

// frame is what surrounds every page.
type frame struct {
	Lang      string // of the html element
	Theme     string
	Heading   string // of the browser's window
	Home      string
	Retry     string
	Pages     []link
	Languages []link
	Themes    []link
	HasCharts bool // whether the chart library is part of this build

	Who       string // name of whoever signed in; "" for nobody
	Account   string
	Proof     string // hidden field of every form of the page
	MayTake   bool   // whether downloads are offered
	ViewAs    *viewAsBanner
	Watermark []string // of prints, in lines
	Bell      *bell    // the way to one's notices; nil for who has none
	Waiting   *link    // what was loaded and is not computed yet; nil for nothing
	JSON      string   // address of the page's figures for programs; "" for pages without
	Done      string   // what has just been done, in words
	Problem   string   // why it could not be done, in words

	SavedViews *savedViews // the reader's own views of the page; nil for pages without

	name  string // of the page, in addresses
	state state
}

// viewAsBanner says on every page that somebody looks through another's eyes.
type viewAsBanner struct{ Name, Account, Roles, Regions string }

// At is the address of another page in the reader's language and colours.
func (f frame) At(path string) string {
	return state{lang: f.state.lang, theme: f.state.theme}.url(path)
}

// PlainKept are the reader's language and colours for forms that lead to pages without a view.
func (f frame) PlainKept() []option {
	return languageAndTheme(state{lang: f.state.lang, theme: f.state.theme})
}

// AtAccount is At for the page about an account.
func (f frame) AtAccount(path, account string) string {
	return state{lang: f.state.lang, theme: f.state.theme, extra: url.Values{paramAccount: {account}}}.url(path)
}

// htmlLanguages are the languages as browsers and screen readers know them.
var htmlLanguages = map[string]string{i18n.Chinese: "zh-CN", i18n.English: "en"}

// homeOf is the first page that somebody may see.
func (s *Server) homeOf(a asker) string {
	if a.MustChange {
		return "/account/password"
	}
	if a.Unconfirmed {
		return "/account/confirmation"
	}
	for _, page := range s.offers.navigation {
		if a.Principal.Can(page.right) {
			return page.path
		}
	}
	if a.signedIn() && !a.Principal.ViewingAs() {
		return "/account"
	}
	return "/"
}

// frame makes the surroundings of the page of that name and path; links keep the state.
func (s *Server) frame(c *fiber.Ctx, name, path string, st state, p *i18n.Printer, heading string) frame {
	a := askerOf(c)
	f := frame{
		Lang: htmlLanguages[st.lang], Theme: st.themeWord(), Heading: heading, name: name, state: st,
		HasCharts: s.assets.address("vendor/echarts.min.js") != "",
		Who:       a.Account.Name, Account: a.Account.Account, MayTake: a.Principal.Can(access.Export),
		Done: doneText(p, c.Query(paramDone)),
	}
	f.Home = f.At(s.homeOf(a))
	if name == "overview" {
		f.Home = st.url("/")
	}
	for _, page := range s.offers.navigation {
		if a.Principal.Can(page.right) && !a.MustChange {
			address := f.At(page.path)
			if page.name == name {
				address = st.url(page.path)
			}
			f.Pages = append(f.Pages, link{Text: p.T("web.nav." + page.name), Address: address, ID: page.name, Current: page.name == name})
		}
	}
	for _, lang := range i18n.Languages {
		other := st
		other.lang = lang
		f.Languages = append(f.Languages, link{Text: p.T("language." + lang), Address: other.url(path), Lang: htmlLanguages[lang], Current: lang == st.lang})
	}
	for _, theme := range themeChoices {
		other := st
		other.theme = theme
		f.Themes = append(f.Themes, link{Text: p.T("web.theme." + theme), Address: other.url(path), ID: theme, Current: theme == st.themeWord()})
	}
	if c.Response().StatusCode() < fiber.StatusBadRequest {
		f.JSON = s.twinOf(c.Route().Path, c.Path(), st)
	}
	if a.signedIn() {
		f.Proof = s.proofOf(c)
		f.Watermark = []string{a.Account.Name + " " + a.Account.Account, dashboards.Moment(s.config.Now())}
	}
	if f.SavedViews = s.savedViewsOf(c, st, path, p); f.SavedViews != nil && strings.HasPrefix(c.Query(paramDone), "view_") {
		f.SavedViews.Done, f.Done = f.Done, ""
	}
	f.Bell = s.bellOf(c, f, name)
	f.Waiting = s.waiting(c, p, f)
	if a.Principal.ViewingAs() {
		f.ViewAs = &viewAsBanner{Name: a.Principal.Name(), Account: a.Principal.Account(), Roles: roleNames(p, a.Principal.Roles()), Regions: regionNames(p, a.Principal.Regions())}
	}
	return f
}

// doneText is what a page says about what has just been done; the address names it, and only what the catalogue knows.
func doneText(p *i18n.Printer, id string) string {
	if id == "session_over" {
		return p.T("fault.session_over")
	}
	if slices.Contains(i18n.Keys("web.done."), id) {
		return p.T("web.done." + id)
	}
	return ""
}

// roleNames puts roles into words.
func roleNames(p *i18n.Printer, roles []access.Role) string {
	var names []string
	for _, role := range roles {
		names = append(names, p.T("role."+string(role)))
	}
	return strings.Join(names, p.T("web.list_separator"))
}

// regionNames puts regions into words.
func regionNames(p *i18n.Printer, codes []string) string {
	if len(codes) == 0 {
		return p.T("web.regions.none")
	}
	var names []string
	for _, code := range codes {
		if code == "000000" {
			return p.T("web.regions.all")
		}
		names = append(names, dashboards.NewNames(p).Region(code))
	}
	return strings.Join(names, p.T("web.list_separator"))
}

// failed says on a page why something could not be done.
func (f *frame) failed(c *fiber.Ctx, p *i18n.Printer, problem error) {
	if problem != nil {
		f.Problem = p.Error(problem)
		c.Status(fiber.StatusUnprocessableEntity)
	}
}

// back leads to a page that says what has just been done.
func (s *Server) back(c *fiber.Ctx, path, done string, namesAndValues ...string) error {
	st := s.here(c)
	st.extra = url.Values{}
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		st.extra.Set(namesAndValues[i], namesAndValues[i+1])
	}
	if done != "" {
		st.extra.Set(paramDone, done)
	}
	return c.Redirect(st.url(path), fiber.StatusSeeOther)
}

// The formats of what is taken away: files that the server writes, and pictures that the browser makes.
var (
	fileFormats    = []string{"xlsx", "csv"}
	pictureFormats = []string{"png", "svg"}
)
