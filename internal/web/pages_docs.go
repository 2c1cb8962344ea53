package web

import (
	"github.com/gofiber/fiber/v2"

	"jianfu/internal/fault"
	"jianfu/internal/i18n"
	"jianfu/internal/manual"
)

// docsRoutes are the documentation: the same for everybody, signed in or not, so that the sign-in page leads to it too.
func (h *helpPages) docsRoutes() []route {
	return []route{
		reading("/docs", nil, h.docsIndex).by(nobody).early(),
		reading("/docs/:page", nil, h.docsPage).by(nobody).early(),
	}
}

// docsContents is the contents of a page of the documentation.
type docsContents struct {
	frame
	Page  manual.Page
	List  []link // all pages
	Parts []manual.Heading
}

// docsIndex is GET /docs: the first page.
func (h *helpPages) docsIndex(c *fiber.Ctx) error {
	st, err := plainState(c)
	if err != nil {
		return err
	}
	return h.sendDocs(c, st, h.manual.Pages(st.lang)[0])
}

// docsPage is GET /docs/:page.
func (h *helpPages) docsPage(c *fiber.Ctx) error {
	st, err := plainState(c)
	if err != nil {
		return err
	}
	page, there := h.manual.Page(st.lang, c.Params("page"))
	if !there {
		return status(fiber.StatusNotFound, fault.New("web_not_found", "path", shortened(c.Path())))
	}
	return h.sendDocs(c, st, page)
}

func (h *helpPages) sendDocs(c *fiber.Ctx, st state, page manual.Page) error {
	p := i18n.For(st.lang)
	contents := docsContents{frame: h.frame(c, "docs", "/docs/"+page.Name, st, p, page.Title), Page: page, Parts: page.Headings}
	for _, one := range h.manual.Pages(st.lang) {
		contents.List = append(contents.List, link{Text: one.Title, Address: st.url("/docs/" + one.Name), Current: one.Name == page.Name})
	}
	return h.pages.send(c, st.lang, "docs", contents)
}
