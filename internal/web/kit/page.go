package kit

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
	"jianfu/internal/web/assets"
	"jianfu/internal/web/cache"
)

// templateFiles holds layout.html, the parts (part_*.html), and the pages that every topic may send.
//
//go:embed *.html
var templateFiles embed.FS

// pages are the parsed templates, by language and page, and the parts of pages that are kept.
type pages struct {
	templates map[string]map[string]*template.Template
	Parts     *cache.Answers
}

// newPages parses each page together with the layout and the parts, once a language, so that {{T "key"}} needs no
// language in any template. The pages of a topic are in a folder of its own.
func newPages(files *assets.Assets, topics []Topic) (pages, error) {
	ps := pages{map[string]map[string]*template.Template{}, cache.NewAnswers(cache.KeptParts)}
	for _, lang := range i18n.Languages {
		ps.templates[lang] = map[string]*template.Template{}
		shared := template.New("").Funcs(functions(i18n.For(lang), files)).Funcs(template.FuncMap{"kept": ps.part})
		shared, err := shared.ParseFS(templateFiles, "layout.html", "part_*.html")
		if err != nil {
			return ps, fmt.Errorf("templates: %w", err)
		}
		folders := []fs.FS{templateFiles}
		for _, t := range topics {
			if t.Templates != nil {
				folders = append(folders, t.Templates)
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
func functions(p *i18n.Printer, files *assets.Assets) template.FuncMap {
	return template.FuncMap{
		"T":           p.T,
		"N":           p.N,
		"asset":       files.Address,
		"boundaries":  files.Boundaries,
		"offMap":      files.OffMap,
		"offMapText":  func(chart *dashboards.Chart) string { return assets.OffMapSentence(p, files.OffMap(chart)) },
		"strong":      strong,
		"kind":        func(k dashboards.Kind) string { return string(k) },
		"column":      func(t dashboards.Table, i int) dashboards.Column { return t.Columns[i] },
		"cell":        func(row []dashboards.Cell, i int) dashboards.Cell { return row[i] },
		"cellOf":      cellOf,
		"choices":     choicesOf,
		"clientTexts": func() map[string]string { return clientTexts(p) },
		"formats":     func() []string { return slices.Concat(FileFormats, PictureFormats) },
		"steps":       func(title string, lines []dashboards.StepLine) shownSteps { return shownSteps{title, lines} },
		"orNone":      func(text string) string { return dashboards.Cell{Text: text}.Shown() },
		"indent":      func(level int) string { return strings.Repeat("\u2003", level) },
	}
}

// shownChoices are links of which one is the page's own choice.
type shownChoices struct {
	Title string
	Links []Link
}

// choicesOf makes the links of a choice lead back to the part of the page that they change.
func choicesOf(title string, links []Link, part string) shownChoices {
	there := make([]Link, len(links))
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

// ShownBlock is a block with its place on the page and where its table can be had.
type ShownBlock struct {
	Block     dashboards.Block
	Class     string
	Download  string
	HasCharts bool
	MayTake   bool
}

// Shown is a block as the templates take it.
func (f Frame) Shown(block dashboards.Block, class string) ShownBlock {
	return ShownBlock{Block: block, Class: class, Download: f.Here.URL("/download/" + f.PageName + "/" + block.Table.ID + ".csv"), HasCharts: f.HasCharts, MayTake: f.MayTake}
}

// shownBands is the distribution of units with its place on the page.
type shownBands struct {
	ShownBlock
	Bands dashboards.Bands
}

// ShownBands is the distribution of units as the templates take it.
func (f Frame) ShownBands(bands dashboards.Bands) shownBands {
	return shownBands{f.Shown(bands.Block, "w12 bands-card"), bands}
}

// DownloadAs is where the block's table can be had in another format.
func (b ShownBlock) DownloadAs(format string) string {
	path, parameters, _ := strings.Cut(b.Download, "?")
	path = strings.TrimSuffix(path, ".csv") + "." + format
	if parameters != "" {
		path += "?" + parameters
	}
	return path
}

// Below is what lies behind the block as a whole: where its total leads, or "".
func (b ShownBlock) Below() string {
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

// Send renders a page. It is rendered whole before anything is sent, so that no reader sees half of one.
func (ps pages) Send(c *fiber.Ctx, lang, name string, data any) error {
	on := &Shelf{}
	if framed, ok := data.(interface{ Shelf() *Shelf }); ok {
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

// Link is a place to go to; Current marks where the reader is.
type Link struct {
	Text, Address, Lang, ID string
	Current                 bool
}

// Frame is what surrounds every page.
type Frame struct {
	Lang      string // of the html element
	Theme     string
	Heading   string // of the browser's window
	Home      string
	Retry     string
	Pages     []Link
	Languages []Link
	Themes    []Link
	HasCharts bool // whether the chart library is part of this build

	Who       string // name of whoever signed in; "" for nobody
	Account   string
	Proof     string // hidden field of every form of the page
	MayTake   bool   // whether downloads are offered
	ViewAs    *viewAsBanner
	Watermark []string // of prints, in lines
	Bell      *bell    // the way to one's notices; nil for who has none
	Waiting   *Link    // what was loaded and is not computed yet; nil for nothing
	JSON      string   // address of the page's figures for programs; "" for pages without
	Done      string   // what has just been done, in words
	Problem   string   // why it could not be done, in words

	SavedViews *savedViews // the reader's own views of the page; nil for pages without

	PageName string // in addresses
	Here     State
}

// viewAsBanner says on every page that somebody looks through another's eyes.
type viewAsBanner struct{ Name, Account, Roles, Regions string }

// At is the address of another page in the reader's language and colours.
func (f Frame) At(path string) string {
	return State{Lang: f.Here.Lang, Theme: f.Here.Theme}.URL(path)
}

// PlainKept are the reader's language and colours for forms that lead to pages without a view.
func (f Frame) PlainKept() []Option {
	return LanguageAndTheme(State{Lang: f.Here.Lang, Theme: f.Here.Theme})
}

// AtAccount is At for the page about an account.
func (f Frame) AtAccount(path, account string) string {
	return State{Lang: f.Here.Lang, Theme: f.Here.Theme, Extra: url.Values{ParamAccount: {account}}}.URL(path)
}

// HTMLLanguages are the languages as browsers and screen readers know them.
var HTMLLanguages = map[string]string{i18n.Chinese: "zh-CN", i18n.English: "en"}

// HomeOf is the first page that somebody may see.
func (s *Kit) HomeOf(a Asker) string {
	if a.MustChange {
		return "/account/password"
	}
	if a.Unconfirmed {
		return "/account/confirmation"
	}
	for _, page := range s.Offers.Navigation {
		if a.Principal.Can(page.Right) {
			return page.Path
		}
	}
	if a.SignedIn() && !a.Principal.ViewingAs() {
		return "/account"
	}
	return "/"
}

// Frame makes the surroundings of the page of that name and path; links keep the state.
func (s *Kit) Frame(c *fiber.Ctx, name, path string, st State, p *i18n.Printer, heading string) Frame {
	a := AskerOf(c)
	f := Frame{
		Lang: HTMLLanguages[st.Lang], Theme: st.themeWord(), Heading: heading, PageName: name, Here: st,
		HasCharts: s.Assets.Address("vendor/echarts.min.js") != "",
		Who:       a.Account.Name, Account: a.Account.Account, MayTake: a.Principal.Can(access.Export),
		Done: doneText(p, c.Query(ParamDone)),
	}
	f.Home = f.At(s.HomeOf(a))
	if name == "overview" {
		f.Home = st.URL("/")
	}
	for _, page := range s.Offers.Navigation {
		if a.Principal.Can(page.Right) && !a.MustChange {
			address := f.At(page.Path)
			if page.Name == name {
				address = st.URL(page.Path)
			}
			f.Pages = append(f.Pages, Link{Text: p.T("web.nav." + page.Name), Address: address, ID: page.Name, Current: page.Name == name})
		}
	}
	for _, lang := range i18n.Languages {
		other := st
		other.Lang = lang
		f.Languages = append(f.Languages, Link{Text: p.T("language." + lang), Address: other.URL(path), Lang: HTMLLanguages[lang], Current: lang == st.Lang})
	}
	for _, theme := range ThemeChoices {
		other := st
		other.Theme = theme
		f.Themes = append(f.Themes, Link{Text: p.T("web.theme." + theme), Address: other.URL(path), ID: theme, Current: theme == st.themeWord()})
	}
	if c.Response().StatusCode() < fiber.StatusBadRequest {
		f.JSON = s.twinOf(c.Route().Path, c.Path(), st)
	}
	if a.SignedIn() {
		f.Proof = s.ProofOf(c)
		f.Watermark = []string{a.Account.Name + " " + a.Account.Account, dashboards.Moment(s.Config.Now())}
	}
	if f.SavedViews = s.savedViewsOf(c, st, path, p); f.SavedViews != nil && strings.HasPrefix(c.Query(ParamDone), "view_") {
		f.SavedViews.Done, f.Done = f.Done, ""
	}
	if f.SavedViews != nil {
		f.SavedViews.Heading = heading
	}
	f.Bell = s.bellOf(c, f, name)
	f.Waiting = s.waiting(c, p, f)
	if a.Principal.ViewingAs() {
		f.ViewAs = &viewAsBanner{Name: a.Principal.Name(), Account: a.Principal.Account(), Roles: RoleNames(p, a.Principal.Roles()), Regions: RegionNames(p, a.Principal.Regions())}
	}
	return f
}

// doneText is what a page says about what has just been done; the address names it, and only what the catalogue knows.
func doneText(p *i18n.Printer, id string) string {
	if id == "session_over" {
		return p.T("problem.session_over")
	}
	if slices.Contains(i18n.Keys("web.done."), id) {
		return p.T("web.done." + id)
	}
	return ""
}

// RoleNames puts roles into words.
func RoleNames(p *i18n.Printer, roles []access.Role) string {
	var names []string
	for _, role := range roles {
		names = append(names, p.T("role."+string(role)))
	}
	return strings.Join(names, p.T("web.list_separator"))
}

// RegionNames puts regions into words.
func RegionNames(p *i18n.Printer, codes []string) string {
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

// Failed says on a page why something could not be done.
func (f *Frame) Failed(c *fiber.Ctx, p *i18n.Printer, problem error) {
	if problem != nil {
		f.Problem = p.Error(problem)
		c.Status(fiber.StatusUnprocessableEntity)
	}
}

// Back leads to a page that says what has just been done.
func (s *Kit) Back(c *fiber.Ctx, path, done string, namesAndValues ...string) error {
	st := s.Here(c)
	st.Extra = url.Values{}
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		st.Extra.Set(namesAndValues[i], namesAndValues[i+1])
	}
	if done != "" {
		st.Extra.Set(ParamDone, done)
	}
	return c.Redirect(st.URL(path), fiber.StatusSeeOther)
}

// The formats of what is taken away: files that the server writes, and pictures that the browser makes.
var (
	FileFormats    = []string{"xlsx", "csv"}
	PictureFormats = []string{"png", "svg"}
)
