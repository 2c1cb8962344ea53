package view

import (
	"bytes"
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/i18n"
	"jianfu/internal/problem"
	"jianfu/internal/tabular"
	"jianfu/internal/web/kit"
)

// MostRowsTaken is how many rows of a search can be taken away at once.
const MostRowsTaken = 200_000

// Taking is a table that somebody takes away as a file. Nothing is taken away without a reason, and the audit log has
// it before the file is sent.
type Taking struct {
	ID      string // of the table, in addresses
	Title   string
	File    string // full name without its ending; "" is the title
	Filters []tabular.Line
	Columns []string
	Write   func(tabular.Table) (rows int, err error)
	AddUp   bool   // whether the amounts of the rows are added up below them
	short   string // of the title, for the sheet; "" is the title
	Raw     bool   // a file that stays as it is, in the one form that it has
}

// collected keeps rows until their number is known, which stands above them.
type collected struct {
	rows  [][]any
	total []any
}

func (t *collected) Total(values ...any) error {
	t.total = signed(values)
	return nil
}

func (t *collected) Row(values ...any) error {
	if len(t.rows) >= MostRowsTaken {
		return kit.Status(fiber.StatusUnprocessableEntity, problem.New("web_too_many_rows", "most", MostRowsTaken))
	}
	t.rows = append(t.rows, signed(values))
	return nil
}

// signed is a row of its own in which no place is left blank.
func signed(values []any) []any {
	row := slices.Clone(values)
	for i, value := range row {
		if value == "" {
			row[i] = dashboards.NotApplicable
		}
	}
	return row
}

func (t *collected) Close() error { return nil }

// FormatOf splits the last part of a download's address, such as regions.csv.
func FormatOf(c *fiber.Ctx) (id, format string) {
	name := c.Params("table")
	for _, format := range kit.FileFormats {
		if id, ok := strings.CutSuffix(name, "."+format); ok {
			return id, format
		}
	}
	return name, ""
}

// TakeAway asks for the reason, records the export, and sends the file.
func (s *Kit) TakeAway(c *fiber.Ctx, t Taking) error {
	id, format := FormatOf(c)
	if id != t.ID || format == "" {
		return kit.Status(fiber.StatusNotFound, problem.New("web_not_found", "path", kit.Shortened(c.Path())))
	}
	reason, err := audit.Reason(ReasonOf(c))
	if err != nil {
		return s.askReason(c, t, err)
	}
	var rows collected
	count, err := t.Write(&rows)
	if err != nil {
		return err
	}
	a, p := kit.AskerOf(c), i18n.For(s.Here(c).Lang)
	if err := s.recordExport(c, a, t, reason, format, count); err != nil {
		return err
	}
	var buffer bytes.Buffer
	book := tabular.Book{Name: cmp.Or(t.short, t.Title), Mark: s.mark(p, a, t, reason, count), Notes: p.T("web.definitions"), Definitions: linesOf(dashboards.Definitions(p))}
	table, err := tabular.NewMarkedTable(&buffer, format, book, t.Columns)
	if err != nil {
		return err
	}
	for _, row := range rows.rows {
		if err := table.Row(row...); err != nil {
			return err
		}
	}
	if t.AddUp {
		var sums tabular.Sums
		for _, row := range rows.rows {
			sums.Add(row)
		}
		rows.total = sums.Total(p.T("web.total"), dashboards.NotApplicable)
	}
	if rows.total != nil {
		if err := table.Total(rows.total...); err != nil {
			return err
		}
	}
	if err := table.Close(); err != nil {
		return err
	}
	name := t.File
	if name == "" {
		name = t.Title
	}
	attach(c, t.ID+"."+format, name+"."+format)
	c.Set(fiber.HeaderContentType, map[string]string{"csv": "text/csv; charset=utf-8",
		"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}[format])
	return c.Send(buffer.Bytes())
}

// linesOf are items as a file has them.
func linesOf(items []dashboards.StampItem) []tabular.Line {
	lines := make([]tabular.Line, len(items))
	for i, item := range items {
		lines[i] = tabular.Line(item)
	}
	return lines
}

// ReasonOf is the reason of a request: in a form, which bears the proof that its sender made it, or in the address where a
// program asks with a token. A link that somebody follows gives none: another site could have written it, and it would stand
// in the audit log in the reader's name.
func ReasonOf(c *fiber.Ctx) string {
	if c.Method() == fiber.MethodPost {
		if reason := kit.Form(c, kit.ParamReason); reason != "" {
			return reason
		}
	}
	if kit.AskerOf(c).Token != "" && c.Method() != fiber.MethodHead {
		return c.Query(kit.ParamReason)
	}
	return ""
}

// mark is what stands above a table that is taken away; the first line is its watermark.
func (s *Kit) mark(p *i18n.Printer, a kit.Asker, t Taking, reason string, rows int) []tabular.Line {
	now := dashboards.Moment(s.Config.Now())
	lines := []tabular.Line{
		{Name: p.T("web.csv.watermark"), Value: p.T("web.csv.watermark_value", "name", a.Account.Name, "account", a.Account.Account, "at", now)},
		{Name: p.T("web.csv.title"), Value: t.Title},
	}
	lines = append(lines, t.Filters...)
	lines = append(lines,
		tabular.Line{Name: p.T("web.csv.scope"), Value: kit.RegionNames(p, a.Principal.Regions())},
		tabular.Line{Name: p.T("web.csv.made_by"), Value: a.Account.Name + " " + a.Account.Account},
		tabular.Line{Name: p.T("web.csv.made_at"), Value: now},
		tabular.Line{Name: p.T("web.csv.reason"), Value: reason},
		tabular.Line{Name: p.T("web.csv.rows"), Value: strconv.Itoa(rows)})
	return lines
}

// recordExport writes the export into the audit log.
func (s *Kit) recordExport(c *fiber.Ctx, a kit.Asker, t Taking, reason, format string, rows int) error {
	if s.Config.Audit == nil {
		return problem.New("access_denied", "right", access.Export)
	}
	var filters []string
	for _, line := range t.Filters {
		filters = append(filters, line.Name+"="+line.Value)
	}
	entry := audit.By(a.Principal, audit.Exported, t.ID, "title", t.Title, "rows", rows, "format", format, "scope", strings.Join(a.Principal.Regions(), " "),
		"filters", strings.Join(filters, "; ")).Because(reason)
	return s.Config.Audit.Append(c.UserContext(), entry)
}

// reasonForm is the contents of the page that asks for the reason, for browsers without scripts and for links that
// somebody was sent.
type reasonForm struct {
	kit.Frame
	Title, CSV, XLSX, Reason string
	File                     string // the one address of a file that stays as it is
}

// askReason answers a request without a reason: people get a form, programs the problem.
func (s *Kit) askReason(c *fiber.Ctx, t Taking, refusal error) error {
	if c.Query(kit.ParamReason) != "" && kit.AskerOf(c).Token == "" {
		refusal = problem.New("web_take_by_post")
	}
	if kit.AskerOf(c).Token != "" || !strings.Contains(c.Get(fiber.HeaderAccept), fiber.MIMETextHTML) {
		return kit.Status(fiber.StatusBadRequest, refusal)
	}
	st := s.Here(c)
	p := i18n.For(st.Lang)
	parameters, err := url.ParseQuery(string(c.Context().QueryArgs().QueryString()))
	if err != nil {
		return kit.Status(fiber.StatusBadRequest, refusal)
	}
	parameters.Del(kit.ParamReason)
	st.Extra = parameters
	st.Extra.Del(kit.ParamLanguage)
	st.Extra.Del(kit.ParamTheme)
	path := strings.TrimSuffix(strings.TrimSuffix(c.Path(), ".xlsx"), ".csv")
	page := reasonForm{Frame: s.Frame(c, "reason", c.Path(), st, p, p.T("web.reason")), Title: t.Title, CSV: st.URL(path + ".csv"), XLSX: st.URL(path + ".xlsx"), Reason: kit.Shortened(ReasonOf(c))}
	if t.Raw {
		page.File = st.URL(c.Path())
	}
	if page.Reason != "" || problem.Code(refusal) == "web_take_by_post" {
		page.Problem = p.Error(refusal)
	}
	c.Status(fiber.StatusBadRequest)
	return s.Pages.Send(c, st.Lang, "reason", page)
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
