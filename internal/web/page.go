package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/i18n"
)

// templateFiles holds layout.html, the parts (part_*.html) and one file a page.
//
//go:embed templates
var templateFiles embed.FS

// pages are the parsed templates, by language and page.
type pages map[string]map[string]*template.Template

// newPages parses each page together with the layout and the parts, once a language, so that {{T "key"}} needs no
// language in any template.
func newPages(files *assets) (pages, error) {
	all := pages{}
	names, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, err
	}
	for _, lang := range i18n.Languages {
		all[lang] = map[string]*template.Template{}
		shared := template.New("").Funcs(functions(i18n.For(lang), files))
		if shared, err = shared.ParseFS(templateFiles, "templates/layout.html", "templates/part_*.html"); err != nil {
			return nil, fmt.Errorf("templates: %w", err)
		}
		for _, file := range names {
			name := strings.TrimSuffix(path.Base(file), ".html")
			if name == "layout" || strings.HasPrefix(name, "part_") {
				continue
			}
			page, err := shared.Clone()
			if err != nil {
				return nil, err
			}
			if all[lang][name], err = page.ParseFS(templateFiles, file); err != nil {
				return nil, fmt.Errorf("template %s: %w", name, err)
			}
		}
	}
	return all, nil
}

// functions are what templates may call.
func functions(p *i18n.Printer, files *assets) template.FuncMap {
	return template.FuncMap{
		"T":          p.T,
		"asset":      files.address,
		"boundaries": files.boundaries,
		"strong":     strong,
		"kind":       func(k dashboards.Kind) string { return string(k) },
		"column":     func(t dashboards.Table, i int) dashboards.Column { return t.Columns[i] },
		"cell":       func(row []dashboards.Cell, i int) dashboards.Cell { return row[i] },
		"cellOf":     cellOf,
	}
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
}

// Shown is a block as the templates take it.
func (f frame) Shown(block dashboards.Block, class string) shownBlock {
	return shownBlock{Block: block, Class: class, Download: f.state.url("/download/" + f.name + "/" + block.Table.ID + ".csv"), HasCharts: f.HasCharts}
}

// strong prints a sentence with its figures bold; everything in it is escaped.
func strong(sentence string) template.HTML {
	escaped := template.HTMLEscapeString(sentence)
	escaped = strings.ReplaceAll(escaped, dashboards.StrongStart, "<strong>")
	return template.HTML(strings.ReplaceAll(escaped, dashboards.StrongEnd, "</strong>")) //nolint:gosec // escaped above
}

// send renders a page. It is rendered whole before anything is sent, so that no reader sees half of one.
func (ps pages) send(c *fiber.Ctx, lang, name string, data any) error {
	var buffer bytes.Buffer
	if err := ps[lang][name].ExecuteTemplate(&buffer, "layout", data); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Send(buffer.Bytes())
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

	name  string // of the page, in addresses
	state state
}

// htmlLanguages are the languages as browsers and screen readers know them.
var htmlLanguages = map[string]string{i18n.Chinese: "zh-CN", i18n.English: "en"}

// frame makes the surroundings of a page; links keep the state.
func (s *Server) frame(name string, st state, p *i18n.Printer, heading string) frame {
	f := frame{
		Lang: htmlLanguages[st.lang], Theme: st.themeWord(), Heading: heading, Home: st.url("/"), name: name, state: st,
		HasCharts: s.assets.address("vendor/echarts.min.js") != "",
	}
	f.Pages = []link{{Text: p.T("web.nav.overview"), Address: st.url("/"), Current: name == "overview"}}
	for _, lang := range i18n.Languages {
		other := st
		other.lang = lang
		f.Languages = append(f.Languages, link{Text: p.T("language." + lang), Address: other.url("/"), Lang: htmlLanguages[lang], Current: lang == st.lang})
	}
	for _, theme := range themeChoices {
		other := st
		other.theme = theme
		f.Themes = append(f.Themes, link{Text: p.T("web.theme." + theme), Address: other.url("/"), ID: theme, Current: theme == st.themeWord()})
	}
	return f
}
