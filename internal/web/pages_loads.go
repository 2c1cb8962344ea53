package web

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/fault"
	"jianfu/internal/filter"
	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/internal/tabular"
	"jianfu/queries"
)

// The parameters of the pages of loads.
const (
	paramKind    = "kind"    // of what the file holds
	paramTouches = "touches" // that loads touch, 2019-05
	paramOrder   = "order"   // of loads
	paramReject  = "reject"  // code of the reason of rejected lines
)

var (
	kindChoices    = queries.LoadKinds
	orderChoices   = []string{"newest", "oldest", "file", "lines", "rejected", "payable"}
	rejectsPerPage = 50
)

func (s *Server) loadRoutes() []route {
	loads, take := []access.Right{access.LoadsRead}, []access.Right{access.LoadsRead, access.Export}
	return []route{
		reading("/loads", loads, s.loadsPage),
		reading("/download/loads/:table", take, s.loadsDownload),
		writing("/download/loads/:table", take, s.loadsDownload),
		reading("/loads/:load", loads, s.loadPage),
		reading("/download/loads/:load/lines", take, s.rejectedLines),
		writing("/download/loads/:load/lines", take, s.rejectedLines),
		reading("/download/loads/:load/:table", take, s.loadDownload),
		writing("/download/loads/:load/:table", take, s.loadDownload),
	}
}

// loadsAnswer is what the list of loads is made from.
type loadsAnswer struct {
	st          state
	p           *i18n.Printer
	list        queries.LoadList
	shown       []queries.LoadEntry // as the address narrows and sorts them
	kind, order string
	month       period.Period
}

// askLoads reads the address and lists the loads as the reader may see them.
func (s *Server) askLoads(c *fiber.Ctx, ctx context.Context) (loadsAnswer, error) {
	st, err := plainState(c)
	a := loadsAnswer{st: st, p: i18n.For(st.lang), kind: c.Query(paramKind), order: cmp.Or(c.Query(paramOrder), orderChoices[0])}
	if err != nil {
		return a, err
	}
	if a.kind != "" && !slices.Contains(kindChoices, a.kind) {
		return a, status(fiber.StatusBadRequest, badChoice(paramKind, a.kind, kindChoices))
	}
	if !slices.Contains(orderChoices, a.order) {
		return a, status(fiber.StatusBadRequest, badChoice(paramOrder, a.order, orderChoices))
	}
	if text := c.Query(paramTouches); text != "" {
		if a.month, err = period.Parse(text); err != nil {
			return a, status(fiber.StatusBadRequest, fault.New("web_bad_month", "name", paramTouches, "value", shortened(text)))
		}
	}
	a.st.extra = a.extra()
	if a.list, err = s.config.Queries.LoadsFor(ctx, scopeOf(c)); err != nil {
		return a, err
	}
	for _, l := range a.list.Entries {
		if (a.kind == "" || l.Kind == a.kind) && (a.month == 0 || l.Touches(a.month)) {
			a.shown = append(a.shown, l)
		}
	}
	slices.SortStableFunc(a.shown, loadOrders[a.order])
	return a, nil
}

// loadOrders are the orders of loads; equal ones stay newest first.
var loadOrders = map[string]func(a, b queries.LoadEntry) int{
	"newest": func(a, b queries.LoadEntry) int { return cmp.Compare(b.ID, a.ID) },
	"oldest": func(a, b queries.LoadEntry) int { return cmp.Compare(a.ID, b.ID) },
	"file":   func(a, b queries.LoadEntry) int { return strings.Compare(a.File, b.File) },
	"lines": func(a, b queries.LoadEntry) int {
		return cmp.Compare(b.Accepted+b.Rejected+b.Unchanged, a.Accepted+a.Rejected+a.Unchanged)
	},
	"rejected": func(a, b queries.LoadEntry) int { return cmp.Compare(b.Rejected, a.Rejected) },
	"payable":  func(a, b queries.LoadEntry) int { return cmp.Compare(b.Payable, a.Payable) },
}

// extra are the parameters of the list, defaults left out.
func (a loadsAnswer) extra() url.Values {
	extra := url.Values{}
	if a.kind != "" {
		extra.Set(paramKind, a.kind)
	}
	if a.month != 0 {
		extra.Set(paramTouches, a.month.String())
	}
	if a.order != orderChoices[0] {
		extra.Set(paramOrder, a.order)
	}
	return extra
}

// link leads to a load.
func (a loadsAnswer) link(marks ...string) string {
	return state{lang: a.st.lang, theme: a.st.theme}.url("/loads/" + marks[1])
}

// conditions are the list's filters in words.
func (a loadsAnswer) conditions() []tabular.Line {
	var lines []tabular.Line
	if a.kind != "" {
		lines = append(lines, tabular.Line{Name: a.p.T("web.load.kind"), Value: a.p.T("etl.kind." + a.kind)})
	}
	if a.month != 0 {
		lines = append(lines, tabular.Line{Name: a.p.T("web.column.period"), Value: dashboards.Month(a.p, a.month)})
	}
	if !a.list.Whole {
		lines = append(lines, tabular.Line{Name: a.p.T("web.csv.note"), Value: a.p.T("web.loads.part")})
	}
	return lines
}

// reconcile is the reconciliation of the whole store, for who sees it. It adds up the current run, once a run and number
// of loads.
func (s *Server) reconcile(ctx context.Context, list queries.LoadList) (*queries.Reconciliation, error) {
	if !list.Whole {
		return nil, nil
	}
	run, err := s.config.Run(ctx)
	if err != nil && fault.Code(err) != "no_run" {
		return nil, err
	}
	q := question{Kind: "reconciliation", Run: run, Scope: filter.Everything(), More: []string{strconv.FormatUint(uint64(list.Version), 10)}}
	r, err := kept(ctx, s.kept, q, func(ctx context.Context) (queries.Reconciliation, uint32, error) {
		r, err := s.config.Queries.Reconcile(ctx)
		return r, r.Run, err
	})
	return &r, err
}

// loadsContents is the contents of the list of loads.
type loadsContents struct {
	frame
	Part           bool
	Reconciliation *dashboards.Reconciliation
	Table          dashboards.Table
	Any            bool // whether there is a load at all
	Kinds          []option
	Months         []option
	Orders         []option
	Filtered       bool
	Reset          string
	Download       string
}

// loadsPage is GET /loads.
func (s *Server) loadsPage(c *fiber.Ctx) error {
	ctx, cancel := asking(c)
	defer cancel()
	a, err := s.askLoads(c, ctx)
	if err != nil {
		return err
	}
	p := a.p
	page := loadsContents{frame: s.frame(c, "loads", "/loads", a.st, p, p.T("web.loads")), Part: !a.list.Whole, Any: len(a.list.Entries) > 0,
		Table: dashboards.Loads(a.shown, a.list.Whole, a.link, p), Filtered: a.kind != "" || a.month != 0, Download: a.st.url("/download/loads/loads.csv")}
	page.Reset = page.At("/loads")
	reconciled, err := s.reconcile(ctx, a.list)
	if err != nil {
		return err
	}
	if reconciled != nil {
		page.Reconciliation = dashboards.NewReconciliation(*reconciled, p)
	}
	for _, kind := range kindChoices {
		page.Kinds = append(page.Kinds, option{Value: kind, Text: p.T("etl.kind." + kind), Selected: kind == a.kind})
	}
	months := map[uint32]bool{}
	for _, l := range a.list.Entries {
		for _, m := range l.Periods {
			months[m] = m != 0
		}
	}
	for _, m := range sortedMonths(months) {
		page.Months = append(page.Months, option{Value: m.String(), Text: dashboards.Month(p, m), Selected: m == a.month})
	}
	for _, order := range orderChoices {
		page.Orders = append(page.Orders, option{Value: order, Text: p.T("web.loads.order." + order), Selected: order == a.order})
	}
	return s.pages.send(c, a.st.lang, "loads", page)
}

func sortedMonths(set map[uint32]bool) []period.Period {
	var months []period.Period
	for m, there := range set {
		if there {
			months = append(months, period.Period(m))
		}
	}
	slices.Sort(months)
	return months
}

// loadsDownload is /download/loads/loads.csv, reconciliation.csv and their .xlsx.
func (s *Server) loadsDownload(c *fiber.Ctx) error {
	ctx, cancel := asking(c)
	defer cancel()
	a, err := s.askLoads(c, ctx)
	if err != nil {
		return err
	}
	table := dashboards.Loads(a.shown, a.list.Whole, nil, a.p)
	if id, _ := formatOf(c); id == "reconciliation" {
		reconciled, err := s.reconcile(ctx, a.list)
		if err != nil {
			return err
		}
		if reconciled == nil {
			return status(fiber.StatusNotFound, fault.New("loads_part"))
		}
		table = dashboards.NewReconciliation(*reconciled, a.p).Table
	}
	t := plainTaking(a.p, table.ID, table)
	t.filters = a.conditions()
	return s.takeAway(c, t)
}

// loadAnswer is what the page of a load is made from.
type loadAnswer struct {
	st      state
	p       *i18n.Printer
	list    queries.LoadList
	load    queries.LoadEntry
	reasons []queries.RejectReason
	code    string // reason that the rejected lines are narrowed to
	page    int
}

// askLoad reads the address of a load; one that the reader must not see is not there.
func (s *Server) askLoad(c *fiber.Ctx, ctx context.Context) (loadAnswer, error) {
	st, err := plainState(c)
	a := loadAnswer{st: st, p: i18n.For(st.lang), code: c.Query(paramReject), page: 1}
	if err != nil {
		return a, err
	}
	number, err := numberOf(c, "load")
	if err != nil {
		return a, err
	}
	if text := c.Query(paramPage); text != "" {
		if a.page, err = strconv.Atoi(text); err != nil || a.page < 1 || a.page > lastPage {
			return a, status(fiber.StatusBadRequest, fault.New("web_bad_integer", "name", paramPage, "value", shortened(text), "least", 1, "most", lastPage))
		}
	}
	if a.list, err = s.config.Queries.LoadsFor(ctx, scopeOf(c)); err != nil {
		return a, err
	}
	found := false
	if a.load, found = a.list.Find(number); !found {
		return a, status(fiber.StatusNotFound, fault.New("load_unknown", "load", number))
	}
	if a.reasons, err = s.config.Queries.RejectReasonsFor(ctx, scopeOf(c), &a.list, number); err != nil {
		return a, err
	}
	if a.code != "" && !slices.ContainsFunc(a.reasons, func(r queries.RejectReason) bool { return r.Code == a.code }) {
		return a, status(fiber.StatusNotFound, fault.New("load_reject_unknown", "load", number, "value", shortened(a.code)))
	}
	a.st.extra = a.extra(a.code, a.page)
	return a, nil
}

func (a loadAnswer) extra(code string, page int) url.Values {
	extra := url.Values{}
	if code != "" {
		extra.Set(paramReject, code)
	}
	if page > 1 {
		extra.Set(paramPage, strconv.Itoa(page))
	}
	return extra
}

func (a loadAnswer) path() string { return "/loads/" + strconv.FormatUint(uint64(a.load.ID), 10) }

// at is the address of the page with another choice of rejected lines.
func (a loadAnswer) at(code string, page int) string {
	st := a.st
	st.extra = a.extra(code, page)
	return st.url(a.path()) + "#rejects"
}

// lines reads rejected lines that the reader may see, of the reason that is chosen.
func (s *Server) lines(c *fiber.Ctx, ctx context.Context, a loadAnswer, skip, most uint64, each func(*queries.Reject) error) error {
	return s.config.Queries.RejectsFor(ctx, scopeOf(c), &a.list, a.load.ID, a.code, skip, most, each)
}

// loadContents is the contents of the page of one load.
type loadContents struct {
	frame
	Crumbs      []link
	Part        bool
	Facts       []dashboards.Fact
	Accepted    string
	Rejected    string
	Read        string
	Unchanged   string
	Replaced    string
	AddsUp      bool
	Unknown     []string
	Reasons     *dashboards.Table
	Rejects     *dashboards.Table
	Chosen      *chip
	Range       string
	Pager       []link
	TakeReasons string
	TakeRejects string
	Notes       []string // what somebody should look at
	TakeLines   string   // "" where the header of the file is not known
	Totals      *dashboards.Table
	Declared    *dashboards.Table
	Verdict     string // what the figures were compared with
	Agrees      bool
	Withdrawal  withdrawView
}

// loadPage is GET /loads/:load.
func (s *Server) loadPage(c *fiber.Ctx) error {
	ctx, cancel := asking(c)
	defer cancel()
	a, err := s.askLoad(c, ctx)
	if err != nil {
		return err
	}
	p, l := a.p, a.load
	page := loadContents{frame: s.frame(c, "loads", a.path(), a.st, p, p.T("web.load.title", "load", l.ID, "file", l.File)), Part: l.Part, Facts: dashboards.LoadFacts(l, p),
		Accepted: p.Number(int64(l.Accepted)), Rejected: p.Number(int64(l.Rejected)), Read: p.Number(int64(l.Read)), Unchanged: p.Number(int64(l.Unchanged)), Replaced: p.Number(int64(l.Replaced)), //nolint:gosec // counts
		AddsUp: l.Read == l.Accepted+l.Rejected+l.Unchanged, Unknown: l.UnknownColumns}
	plain := state{lang: a.st.lang, theme: a.st.theme}
	page.Crumbs = []link{linkTo(p.T("web.loads"), plain.url("/loads")), {Text: p.T("web.load.number", "load", l.ID), Current: true}}
	if page.Withdrawal, err = s.showWithdrawal(c, ctx, a); err != nil {
		return err
	}
	notes, err := s.loadNotes(ctx, a)
	if err != nil {
		return err
	}
	for _, n := range notes {
		page.Notes = append(page.Notes, n.Message)
	}
	if err := s.showTotals(ctx, a, &page); err != nil {
		return err
	}
	if len(a.reasons) > 0 {
		if err := s.showRejects(c, ctx, a, &page); err != nil {
			return err
		}
	}
	return s.pages.send(c, a.st.lang, "load", page)
}

// showTotals fills in what the lines of a load add up to, for those who see all of it.
func (s *Server) showTotals(ctx context.Context, a loadAnswer, page *loadContents) error {
	page.Agrees = true
	if a.load.Part {
		return nil
	}
	totals, declared, err := s.loadTotals(ctx, a)
	if err != nil {
		return err
	}
	page.Verdict, page.Agrees = dashboards.LoadVerdict(declared, a.p)
	if len(totals) > 0 {
		table := dashboards.LoadTotals(totals, a.p)
		page.Totals = &table
	}
	if len(declared) > 0 {
		table := dashboards.DeclaredTotals(declared, a.p)
		page.Declared = &table
	}
	return nil
}

// loadTotals reads what the lines of a load add up to and what its source says; nothing for those who see a part of it.
func (s *Server) loadTotals(ctx context.Context, a loadAnswer) ([]queries.LoadTotal, []queries.DeclaredTotal, error) {
	if a.load.Part {
		return nil, nil, nil
	}
	totals, err := s.config.Queries.LoadTotals(ctx, a.load.ID)
	if err != nil {
		return nil, nil, err
	}
	declared, err := s.config.Queries.DeclaredTotals(ctx, a.load.ID)
	return totals, declared, err
}

// loadNotes are what somebody should look at in a load, for those who see all of it.
func (s *Server) loadNotes(ctx context.Context, a loadAnswer) ([]loadNoteJSON, error) {
	list := []loadNoteJSON{}
	if a.load.Part {
		return list, nil
	}
	notes, err := s.config.Queries.LoadNotes(ctx, a.load.ID)
	for _, n := range notes {
		list = append(list, loadNoteJSON{n.Code, n.Lines, a.p.N("load_note."+n.Code, int(n.Lines))}) //nolint:gosec // a count
	}
	return list, err
}

// showRejects fills in the rejected lines of the page.
func (s *Server) showRejects(c *fiber.Ctx, ctx context.Context, a loadAnswer, page *loadContents) error {
	p := a.p
	reasons := dashboards.RejectReasons(a.reasons, func(marks ...string) string { return a.at(marks[1], 1) }, p)
	page.Reasons = &reasons
	var lines []queries.Reject
	skip := uint64((a.page - 1) * rejectsPerPage) //nolint:gosec // a page from 1
	err := s.lines(c, ctx, a, skip, uint64(rejectsPerPage)+1, func(r *queries.Reject) error { lines = append(lines, *r); return nil })
	if err != nil {
		return err
	}
	more := len(lines) > rejectsPerPage
	lines = lines[:min(len(lines), rejectsPerPage)]
	table := dashboards.Rejects(lines, p)
	page.Rejects = &table
	if a.code != "" {
		page.Chosen = &chip{Name: p.T("web.column.reason"), Text: dashboards.RejectName(p, a.code), Remove: a.at("", 1)}
	}
	if len(lines) > 0 {
		page.Range = p.T("web.rows_range", "from", int(skip)+1, "to", int(skip)+len(lines)) //nolint:gosec // small
	}
	if a.page > 1 {
		page.Pager = append(page.Pager, link{ID: "prev", Text: p.T("web.pager.previous"), Address: a.at(a.code, a.page-1)})
	}
	if more {
		page.Pager = append(page.Pager, link{ID: "next", Text: p.T("web.pager.next"), Address: a.at(a.code, a.page+1)})
	}
	st := a.st
	st.extra = a.extra(a.code, 1)
	page.TakeReasons, page.TakeRejects = st.url("/download"+a.path()+"/reasons.csv"), st.url("/download"+a.path()+"/rejects.csv")
	header, err := s.config.Queries.Header(ctx, a.load.ID)
	if err != nil {
		return err
	}
	if len(header.Columns) > 0 {
		page.TakeLines = st.url("/download" + a.path() + "/lines")
	}
	return s.sawRejects(c, a, len(lines))
}

// loadDownload is /download/loads/:load/reasons.csv, rejects.csv and their .xlsx.
func (s *Server) loadDownload(c *fiber.Ctx) error {
	ctx, cancel := asking(c)
	defer cancel()
	a, err := s.askLoad(c, ctx)
	if err != nil {
		return err
	}
	p := a.p
	filters := []tabular.Line{{Name: p.T("web.load.file"), Value: a.load.File}}
	if a.code != "" {
		filters = append(filters, tabular.Line{Name: p.T("web.column.reason"), Value: dashboards.RejectName(p, a.code)})
	}
	if a.load.Part {
		filters = append(filters, tabular.Line{Name: p.T("web.csv.note"), Value: p.T("web.load.part")})
	}
	if id, _ := formatOf(c); id == "reasons" {
		t := plainTaking(p, "reasons", dashboards.RejectReasons(a.reasons, nil, p))
		t.filters = filters
		return s.takeAway(c, t)
	}
	head := dashboards.Table{Columns: dashboards.RejectColumns(p)}
	t := taking{id: "rejects", title: p.T("web.load.title", "load", a.load.ID, "file", a.load.File) + " " + p.T("web.block.rejects"), columns: head.Titles(p.T("web.unit.yuan")), filters: filters}
	t.write = func(file tabular.Table) (int, error) {
		rows := 0
		err := s.lines(c, ctx, a, 0, mostRowsTaken+1, func(r *queries.Reject) error {
			rows++
			return file.Row(r.Line, r.Column, r.Value, dashboards.RejectReason(p, r), r.Raw)
		})
		return rows, err
	}
	return s.takeAway(c, t)
}

// rejectedLines is /download/loads/:load/lines: the rejected lines under the header of their file, to be corrected and loaded
// again. Lines that repeat another have no text of their own and stay in their file.
func (s *Server) rejectedLines(c *fiber.Ctx) error {
	ctx, cancel := asking(c)
	defer cancel()
	a, err := s.askLoad(c, ctx)
	if err != nil {
		return err
	}
	header, err := s.config.Queries.Header(ctx, a.load.ID)
	if err != nil {
		return err
	}
	if len(header.Columns) == 0 {
		return status(fiber.StatusNotFound, fault.New("load_no_header", "load", a.load.ID))
	}
	var file strings.Builder
	file.WriteString("\ufeff" + strings.Join(quoted(header.Columns, header.Delimiter), header.Delimiter) + "\r\n")
	rows := 0
	err = s.lines(c, ctx, a, 0, queries.AllRejects, func(r *queries.Reject) error {
		if r.Raw != "" {
			rows++
			file.WriteString(r.Raw + "\r\n")
		}
		if rows > mostRowsTaken {
			return status(fiber.StatusUnprocessableEntity, fault.New("web_too_many_rows", "most", mostRowsTaken))
		}
		return nil
	})
	if err != nil {
		return err
	}
	t := taking{id: "rejected lines of load " + strconv.FormatUint(uint64(a.load.ID), 10), title: a.p.T("web.load.lines_title", "load", a.load.ID, "file", a.load.File), raw: true}
	base, _, _ := strings.Cut(a.load.File, ".")
	return s.takeFile(c, t, a.p.T("web.load.lines_file", "file", base)+".csv", "text/csv; charset=utf-8", []byte(file.String()), rows)
}

// quoted quotes the cells of a header where they need it.
func quoted(cells []string, delimiter string) []string {
	list := make([]string, len(cells))
	for i, cell := range cells {
		if list[i] = cell; strings.ContainsAny(cell, "\"\r\n"+delimiter) {
			list[i] = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
	}
	return list
}
