// Package manual turns the documentation that the program carries with it into pages: Markdown into HTML that needs no
// script and no inline style, links among pages into addresses of the web server. Package web shows it.
package manual

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"jianfu/docs"
)

// Page is a page of the documentation in one language.
type Page struct {
	Name     string // of its file, without the ending: policy-packs
	Title    string
	Body     template.HTML
	Headings []Heading // those below the title
	plain    string    // all that it says, for who searches
}

// Heading is a part of a page that can be linked to.
type Heading struct{ ID, Text string }

// order is how pages follow each other in the list; those that it does not name come last, by name.
var order = []string{"getting-started", "dashboards", "cases", "units", "issues", "reminders", "reports", "check", "definitions", "policy-packs", "runs", "input-files",
	"commands", "operations", "security", "api"}

// Manual is the documentation, by language.
type Manual struct{ pages map[string][]Page }

// New renders all pages of the languages. Address makes the address of a page in a language.
func New(languages []string, address func(language, name string) string) (*Manual, error) {
	m := &Manual{map[string][]Page{}}
	for _, language := range languages {
		files, err := fs.Glob(docs.Files, language+"/*.md")
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			source, err := docs.Files.ReadFile(file)
			if err != nil {
				return nil, err
			}
			page, err := render(strings.TrimSuffix(path.Base(file), ".md"), language, source, address)
			if err != nil {
				return nil, fmt.Errorf("documentation %s: %w", file, err)
			}
			m.pages[language] = append(m.pages[language], page)
		}
		slices.SortStableFunc(m.pages[language], func(a, b Page) int { return place(a.Name) - place(b.Name) })
	}
	return m, nil
}

func place(name string) int {
	if i := slices.Index(order, name); i >= 0 {
		return i
	}
	return len(order)
}

// Pages lists the pages of a language in their order.
func (m *Manual) Pages(language string) []Page { return m.pages[language] }

// Page finds a page by its name.
func (m *Manual) Page(language, name string) (Page, bool) {
	for _, p := range m.pages[language] {
		if p.Name == name {
			return p, true
		}
	}
	return Page{}, false
}

// Hit is a place of the documentation that speaks of what was looked for.
type Hit struct{ Name, Title, Heading, ID string }

// Search finds pages whose title or headings hold a text, then those that hold it elsewhere, most of them at most.
func (m *Manual) Search(language, wanted string, most int) []Hit {
	wanted = strings.ToLower(strings.TrimSpace(wanted))
	if wanted == "" {
		return nil
	}
	holds := func(s string) bool { return strings.Contains(strings.ToLower(s), wanted) }
	var named, told []Hit
	for _, p := range m.pages[language] {
		at := slices.IndexFunc(p.Headings, func(h Heading) bool { return holds(h.Text) })
		switch {
		case holds(p.Title):
			named = append(named, Hit{Name: p.Name, Title: p.Title})
		case at >= 0:
			named = append(named, Hit{p.Name, p.Title, p.Headings[at].Text, p.Headings[at].ID})
		case strings.Contains(p.plain, wanted):
			told = append(told, Hit{Name: p.Name, Title: p.Title})
		}
	}
	hits := append(named, told...)
	return hits[:min(most, len(hits))]
}

// render turns a page into HTML. Tables bear the attribute align: a style would be refused by the server's own policy.
func render(name, language string, source []byte, address func(language, name string) string) (Page, error) {
	markdown := goldmark.New(
		goldmark.WithExtensions(extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)), extension.Strikethrough),
		goldmark.WithParserOptions(parser.WithAutoHeadingID()),
	)
	document := markdown.Parser().Parse(text.NewReader(source), parser.WithContext(parser.NewContext(parser.WithIDs(&anchors{}))))
	page := Page{Name: name}
	var dropped []ast.Node
	err := ast.Walk(document, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			page.head(n, source)
		case *ast.Link:
			n.Destination = []byte(target(string(n.Destination), language, address))
		case *ast.Image: // the program carries no pictures of itself
			dropped = append(dropped, n)
		case *ast.Paragraph:
			if onlyOtherLanguage(n, language) { // the page has its own switch
				dropped = append(dropped, n)
			}
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		return page, err
	}
	for _, n := range dropped {
		n.Parent().RemoveChild(n.Parent(), n)
	}
	var out bytes.Buffer
	if err := markdown.Renderer().Render(&out, source, document); err != nil {
		return page, err
	}
	page.Body = template.HTML(out.String()) //nolint:gosec // our own documentation, and goldmark lets no raw HTML through
	page.plain = strings.ToLower(string(source))
	return page, nil
}

// head takes a heading into the page's list; the first of the top level is the title.
func (p *Page) head(n *ast.Heading, source []byte) {
	words := plain(n, source)
	if n.Level == 1 {
		p.Title = words
		return
	}
	if id, there := n.AttributeString("id"); there && n.Level == 2 {
		p.Headings = append(p.Headings, Heading{string(id.([]byte)), words})
	}
}

// plain is the text of a node without its marks.
func plain(n ast.Node, source []byte) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b.Write(t.Segment.Value(source))
		} else {
			b.WriteString(plain(c, source))
		}
	}
	return b.String()
}

// target is where a link of a page leads: another page, of its own or the other language, with its part; what is no page
// stays as it is.
func target(link, language string, address func(language, name string) string) string {
	file, part, _ := strings.Cut(link, "#")
	if part != "" {
		part = "#" + part
	}
	if strings.Contains(file, ":") || !strings.HasSuffix(file, ".md") {
		return link
	}
	clean := path.Join(language, file) // ../en/cases.md from zh is en/cases.md
	return address(path.Dir(clean), strings.TrimSuffix(path.Base(clean), ".md")) + part
}

// onlyOtherLanguage tells whether a paragraph is nothing but the link to the same page in another language. Links have
// been looked at after their paragraph, so that it still bears the file's name.
func onlyOtherLanguage(n *ast.Paragraph, language string) bool {
	link, ok := n.FirstChild().(*ast.Link)
	return ok && n.ChildCount() == 1 && strings.HasPrefix(string(link.Destination), "../") && !strings.HasPrefix(string(link.Destination), "../"+language+"/")
}

// anchors makes the ids of headings as the pages of code hosts do, on which links in the documentation lean: letters and
// digits of any script, spaces as hyphens.
type anchors struct{ used map[string]int }

// Generate is part of parser.IDs.
func (a *anchors) Generate(value []byte, _ ast.NodeKind) []byte {
	var b strings.Builder
	for _, r := range strings.ToLower(string(value)) {
		switch {
		case r == ' ' || r == '-':
			b.WriteByte('-')
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_':
			b.WriteRune(r)
		}
	}
	id := b.String()
	if a.used == nil {
		a.used = map[string]int{}
	}
	a.used[id]++
	if n := a.used[id]; n > 1 {
		id = fmt.Sprintf("%s-%d", id, n-1)
	}
	return []byte(id)
}

// Put is part of parser.IDs.
func (a *anchors) Put([]byte) {}
