package web

import (
	"bytes"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/fault"
)

// overviewDownload is GET /download/overview/<table>.csv: a table of the overview as a file that says by itself what
// it shows.
func (s *Server) overviewDownload(c *fiber.Ctx) error {
	a, err := s.askOverview(c)
	if err != nil {
		return err
	}
	p, o := a.printer, a.overview
	contents := dashboards.NewOverview(o, p)
	id, isCSV := strings.CutSuffix(c.Params("table"), ".csv")
	table, found := contents.Table(id)
	if !isCSV || !found {
		return status(fiber.StatusNotFound, fault.New("web_not_found", "path", shortened(c.Path())))
	}
	header := []dashboards.HeaderLine{
		{Name: p.T("web.csv.title"), Value: contents.Title + " " + table.Title},
		{Name: p.T("web.csv.window"), Value: contents.Window},
		{Name: p.T("web.csv.comparison"), Value: comparisonOf(o).Title},
		{Name: p.T("web.csv.payer"), Value: p.T("web.payer_long." + a.st.payerWord())},
		{Name: p.T("web.csv.unit"), Value: p.T("web.csv.unit_value")},
	}
	for _, item := range contents.Stamp {
		header = append(header, dashboards.HeaderLine(item))
	}
	header = append(header,
		dashboards.HeaderLine{Name: p.T("web.csv.made_at"), Value: dashboards.Moment(s.config.Now())},
		dashboards.HeaderLine{Name: p.T("web.csv.rows"), Value: strconv.Itoa(len(table.Rows))})
	if table.Sums != dashboards.CheckNone {
		header = append(header, dashboards.HeaderLine{Name: p.T("web.csv.check"), Value: p.T("web.check." + string(table.Sums))})
	}
	var buffer bytes.Buffer
	if err := table.WriteCSV(&buffer, header, p.T("web.unit.yuan")); err != nil {
		return err
	}
	name := p.T("web.csv.file", "place", contents.Place, "table", table.Title, "from", o.View.Window.From.Number(),
		"to", o.View.Window.To.Number(), "run", o.Stamp.Run)
	attach(c, id+".csv", name)
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	return c.Send(buffer.Bytes())
}

// attach names a download: plainly for old programs, in full for those that read UTF-8 names.
func attach(c *fiber.Ctx, plain, full string) {
	full = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '_'
		}
		return r
	}, full)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+plain+`"; filename*=UTF-8''`+url.PathEscape(full))
}
