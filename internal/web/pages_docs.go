package web

import (
	"github.com/gofiber/fiber/v2"

	"jianfu/internal/fault"
	"jianfu/internal/i18n"
	"jianfu/internal/manual"
)

// docsRoutes are the documentation: the same for everybody, signed in or not, so that the sign-in page leads to it too.
func (s *Server) docsRoutes() []route {
	return []route{
		{reading, "/docs", nobody, nil, s.docsIndex, true},
		{reading, "/docs/:page", nobody, nil, s.docsPage, true},
	}
}

// newManual renders the documentation; its links lead to this server, in the page's own language.
func newManual() (*manual.Manual, error) {
	return manual.New(i18n.Languages, func(language, name string) string { return state{lang: language}.url("/docs/" + name) })
}

// docsContents is the contents of a page of the documentation.
type docsContents struct {
	frame
	Page  manual.Page
	List  []link // all pages
	Parts []manual.Heading
}

// docsIndex is GET /docs: the first page.
func (s *Server) docsIndex(c *fiber.Ctx) error {
	st, err := plainState(c)
	if err != nil {
		return err
	}
	return s.sendDocs(c, st, s.manual.Pages(st.lang)[0])
}

// docsPage is GET /docs/:page.
func (s *Server) docsPage(c *fiber.Ctx) error {
	st, err := plainState(c)
	if err != nil {
		return err
	}
	page, there := s.manual.Page(st.lang, c.Params("page"))
	if !there {
		return status(fiber.StatusNotFound, fault.New("web_not_found", "path", shortened(c.Path())))
	}
	return s.sendDocs(c, st, page)
}

func (s *Server) sendDocs(c *fiber.Ctx, st state, page manual.Page) error {
	p := i18n.For(st.lang)
	contents := docsContents{frame: s.frame(c, "docs", "/docs/"+page.Name, st, p, page.Title), Page: page, Parts: page.Headings}
	for _, one := range s.manual.Pages(st.lang) {
		contents.List = append(contents.List, link{Text: one.Title, Address: st.url("/docs/" + one.Name), Current: one.Name == page.Name})
	}
	return s.pages.send(c, st.lang, "docs", contents)
}
