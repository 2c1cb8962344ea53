package help

import (
	"github.com/gofiber/fiber/v2"

	"jianfu/internal/i18n"
	"jianfu/internal/manual"
	"jianfu/internal/problem"
	"jianfu/internal/web/kit"
)

// docsRoutes are the documentation: the same for everybody, signed in or not, so that the sign-in page leads to it too.
func (h *helpPages) docsRoutes() []kit.Route {
	return []kit.Route{
		kit.Reading("/docs", nil, h.docsIndex).By(kit.Nobody).Early(),
		kit.Reading("/docs/:page", nil, h.docsPage).By(kit.Nobody).Early(),
	}
}

// docsContents is the contents of a page of the documentation.
type docsContents struct {
	kit.Frame
	Page  manual.Page
	List  []kit.Link // all pages
	Parts []manual.Heading
}

// docsIndex is GET /docs: the first page.
func (h *helpPages) docsIndex(c *fiber.Ctx) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	return h.sendDocs(c, st, h.Manual.Pages(st.Lang)[0])
}

// docsPage is GET /docs/:page.
func (h *helpPages) docsPage(c *fiber.Ctx) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	page, there := h.Manual.Page(st.Lang, c.Params("page"))
	if !there {
		return kit.Status(fiber.StatusNotFound, problem.New("web_not_found", "path", kit.Shortened(c.Path())))
	}
	return h.sendDocs(c, st, page)
}

func (h *helpPages) sendDocs(c *fiber.Ctx, st kit.State, page manual.Page) error {
	p := i18n.For(st.Lang)
	contents := docsContents{Frame: h.Frame(c, "docs", "/docs/"+page.Name, st, p, page.Title), Page: page, Parts: page.Headings}
	for _, one := range h.Manual.Pages(st.Lang) {
		contents.List = append(contents.List, kit.Link{Text: one.Title, Address: st.URL("/docs/" + one.Name), Current: one.Name == page.Name})
	}
	return h.Pages.Send(c, st.Lang, "docs", contents)
}
