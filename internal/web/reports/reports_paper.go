package reports

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/i18n"
	"jianfu/internal/problem"
	"jianfu/internal/report"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
)

// paramWithin says that sheets are shown within a page, without a bar of their own.
const paramWithin = "within"

// embeddedPaper is the address of sheets within a page.
func embeddedPaper(st kit.State, path, paper string) string {
	inside := st.Plain()
	inside.Extra = url.Values{paramWithin: {kit.Yes}}
	return inside.URL(path + "/paper/" + paper)
}

// reportPaper is GET /reports/:report/paper/:paper: the sheets of a report, the very file that was kept. What it bears
// besides, a bar with the way back, is not printed.
func (s pages) reportPaper(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	k, err := s.askReport(ctx, c)
	if err != nil {
		return err
	}
	paper := c.Params("paper")
	i, there := k.Paper(paper, "html")
	if !there || !slices.Contains(report.Papers, paper) {
		return kit.Status(fiber.StatusNotFound, problem.New("web_not_found", "path", kit.Shortened(c.Path())))
	}
	file, err := s.archive().File(ctx, k, i)
	if err != nil {
		return err
	}
	return s.sendSheets(c, file.Content(), s.paperBar(c, k, paper))
}

// paperBar is what stands above sheets on a screen: how they are shown there, and a bar unless they are shown within a page.
type paperBar struct {
	Style, Script, Back string
	Papers              []kit.Link
}

func (s pages) paperBar(c *fiber.Ctx, k report.Kept, paper string) paperBar {
	bar := paperBar{Style: s.Assets.Address("page_paper.css"), Script: s.Assets.Address("sheets.js")}
	if c.Query(paramWithin) == kit.Yes {
		return bar
	}
	st := s.Here(c)
	p, path := i18n.For(st.Lang), "/reports/"+k.ID
	bar.Back = st.URL(path)
	for _, one := range report.Papers {
		if _, there := k.Paper(one, "html"); there {
			bar.Papers = append(bar.Papers, kit.Link{Text: p.T("web.report.paper." + one), Address: st.URL(path + "/paper/" + one), Current: one == paper})
		}
	}
	return bar
}

var barTemplates = func() map[string]*template.Template {
	all := map[string]*template.Template{}
	for _, lang := range i18n.Languages {
		all[lang] = template.Must(template.New("").Funcs(template.FuncMap{"T": i18n.For(lang).T}).Parse(
			`{{if .Back}}<nav class="paper-bar" lang="` + kit.HTMLLanguages[lang] + `" aria-label="{{T "web.report.papers"}}"><a class="paper-back" href="{{.Back}}">{{T "web.report.back"}}</a>` +
				`{{range .Papers}}<a href="{{.Address}}"{{if .Current}} aria-current="page"{{end}}>{{.Text}}</a>{{end}}<button type="button" hidden data-print>{{T "web.print"}}</button></nav>` +
				`<script type="module" src="{{.Script}}"></script>{{end}}` + "\n"))
	}
	return all
}()

// Where the sheets' own style begins and ends, and where a bar may stand.
var (
	styleBegins = []byte("<style>")
	styleEnds   = []byte("</style>")
	headEnds    = []byte("</head>")
	bodyBegins  = []byte(`<body class="official-desk">` + "\n")
)

// sendSheets sends a page that internal/official has written, with a bar above it. The policy lets in its one
// style sheet, by its hash, and pages of ours may hold it.
func (s pages) sendSheets(c *fiber.Ctx, page []byte, bar paperBar) error {
	_, rest, _ := bytes.Cut(page, styleBegins)
	style, _, found := bytes.Cut(rest, styleEnds)
	if !found {
		return problem.New("report_damaged", "file", c.Params("paper"))
	}
	hash := sha256.Sum256(style)
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-"+base64.StdEncoding.EncodeToString(hash[:])+
		"'; img-src data:; frame-ancestors 'self'; base-uri 'none'; form-action 'none'")
	c.Set(fiber.HeaderXFrameOptions, "SAMEORIGIN")
	page = bytes.Replace(page, headEnds, []byte(`<link rel="stylesheet" href="`+bar.Style+`">`+string(headEnds)), 1)
	var above bytes.Buffer
	if err := barTemplates[s.Here(c).Lang].Execute(&above, bar); err != nil {
		return err
	}
	page = bytes.Replace(page, bodyBegins, append(slices.Clone(bodyBegins), above.Bytes()...), 1)
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Send(page)
}

// reportFile is /download/reports/:report/files/:file: one file as it was kept, by its place in the list.
func (s pages) reportFile(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	k, err := s.askReport(ctx, c)
	if err != nil {
		return err
	}
	i, err := strconv.Atoi(c.Params("file"))
	if err != nil || i < 1 || i > len(k.FileNames) {
		return kit.Status(fiber.StatusNotFound, problem.New("web_not_found", "path", kit.Shortened(c.Path())))
	}
	file, err := s.archive().File(ctx, k, i-1)
	if err != nil {
		return err
	}
	return s.TakeFile(c, view.Taking{ID: "reports/" + report.NumberOf(k.ID) + "/files/" + strconv.Itoa(i), Title: file.Name, Raw: true}, file.Name, report.MediaType(file.Name), file.Content(), 1)
}
