package check

import (
	"context"
	"fmt"
	"io"
	"mime"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/declaration"
	"jianfu/internal/i18n"
	"jianfu/internal/problem"
	"jianfu/internal/web/kit"
)

// declarationPath is where declarations are checked, on a page and below apiRoot by programs.
const declarationPath = "/check"

var (
	declarationPaths  = []string{declarationPath, kit.APIRoot + declarationPath}
	checkDeclarations = []access.Right{access.DeclarationCheck}
)

// The types of what programs send to be checked, besides any file as it is.
const (
	mediaCSV       = "text/csv"
	mediaJSONLines = "application/x-ndjson"
)

func (s pages) declarationRoutes() []kit.Route {
	return []kit.Route{
		kit.Reading(declarationPath, checkDeclarations, s.checkPage),
		kit.Writing(declarationPath, checkDeclarations, s.checkDeclared),
	}
}

// checkContents is the contents of the page.
type checkContents struct {
	kit.Frame
	Typed   string // what was pasted, to be corrected and checked again
	Name    string // of the file that was checked
	Columns string // an example of the first line
	Several bool   // units
	Result  *dashboards.Declaration
}

// checkPage is GET /check.
func (s pages) checkPage(c *fiber.Ctx) error {
	return s.sendCheck(c, checkContents{}, nil)
}

func (s pages) sendCheck(c *fiber.Ctx, page checkContents, refusal error) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	p := i18n.For(st.Lang)
	page.Frame = s.Frame(c, "check", declarationPath, st, p, p.T("web.check.title"))
	page.Columns = p.T("web.check.columns")
	if refusal != nil {
		page.Failed(c, p, refusal)
		c.Status(kit.StatusOf(refusal))
	}
	return s.Pages.Send(c, st.Lang, "check", page)
}

// checkDeclared is POST /check: what was chosen or pasted is checked and shown, and then forgotten.
func (s pages) checkDeclared(c *fiber.Ctx) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	p := i18n.For(st.Lang)
	page := checkContents{}
	d, err := declaredFile(c, p)
	if err == nil && d.Name == "" {
		page.Typed = string(d.Content)
		d.Name = p.T("web.check.pasted")
	}
	page.Name = d.Name
	var result declaration.Result
	if err == nil {
		result, err = s.checked(c, d)
	}
	if err != nil {
		if kit.StatusOf(err) >= fiber.StatusInternalServerError {
			return err
		}
		return s.sendCheck(c, page, err)
	}
	page.Result, page.Several = dashboards.NewDeclaration(&result, p), len(result.Units) > 1
	return s.sendCheck(c, page, nil)
}

// declaredFile takes the file that came with the form, or else what was pasted, which has no name.
func declaredFile(c *fiber.Ctx, p *i18n.Printer) (kit.DeclaredFile, error) {
	if multipart, err := c.Context().MultipartForm(); err == nil {
		for _, header := range multipart.File["file"] {
			if header.Filename == "" || header.Size == 0 {
				continue
			}
			contents, err := header.Open()
			if err != nil {
				return kit.DeclaredFile{}, fmt.Errorf("open an upload: %w", err)
			}
			defer contents.Close() //nolint:errcheck // it was read
			content, err := io.ReadAll(contents)
			return kit.DeclaredFile{Name: kit.Shortened(header.Filename), Content: content}, err
		}
	}
	if pasted := kit.Forms(c, "text"); len(pasted) > 0 && strings.TrimSpace(pasted[0]) != "" {
		return kit.DeclaredFile{Content: []byte(strings.ReplaceAll(pasted[0], "\r\n", "\n"))}, nil
	}
	return kit.DeclaredFile{}, kit.Status(fiber.StatusBadRequest, problem.New("declaration_nothing"))
}

// checked checks a declaration and notes who did: the result names records of the month before.
func (s pages) checked(c *fiber.Ctx, d kit.DeclaredFile) (declaration.Result, error) {
	if s.Config.Checks == nil {
		return declaration.Result{}, kit.Status(fiber.StatusNotFound, problem.New("declaration_off"))
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), kit.ComputeTimeout)
	defer cancel()
	result, err := s.Config.Checks(ctx, kit.ScopeOf(c), d)
	if err != nil {
		if aboutDeclaration(err) {
			return result, kit.Status(fiber.StatusUnprocessableEntity, err)
		}
		return result, err
	}
	if s.Config.Audit == nil {
		return result, nil
	}
	entry := audit.By(kit.AskerOf(c).Principal, audit.RecordViewed, declarationPath[1:], "records", result.Accepted, "rejected", result.Rejected, "pack", result.Pack)
	return result, s.Config.Audit.Append(c.UserContext(), entry)
}

// aboutDeclaration tells whether an error is about what was sent; any other is the server's own.
func aboutDeclaration(err error) bool {
	return slices.ContainsFunc([]string{"reader_", "declaration_", "policy_"}, func(prefix string) bool { return strings.HasPrefix(problem.Code(err), prefix) })
}

// checkAPI is POST /api/v1/check.
func (s pages) checkAPI(c *fiber.Ctx) error {
	kind, _, _ := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if kind != mediaCSV && kind != mediaJSONLines && kind != fiber.MIMEOctetStream {
		return kit.Status(fiber.StatusUnsupportedMediaType, problem.New("declaration_type"))
	}
	p := i18n.For(i18n.Match(c.Query(kit.ParamLanguage)))
	d := kit.DeclaredFile{Name: p.T("web.check.sent"), Content: c.Body(), JSONLines: kind == mediaJSONLines, Comparison: c.Query(kit.ParamComparison)}
	result, err := s.checked(c, d)
	if err != nil {
		return err
	}
	for i := range result.Rejects {
		result.Rejects[i].Message = dashboards.DeclarationReject(&result.Rejects[i], p)
	}
	return c.JSON(result)
}
