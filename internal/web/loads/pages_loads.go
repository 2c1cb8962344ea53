package loads

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
	"jianfu/internal/filter"
	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/internal/tabular"
	"jianfu/internal/web/cache"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
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

func (s pages) loadRoutes() []kit.Route {
	loads, take := []access.Right{access.LoadsRead}, []access.Right{access.LoadsRead, access.Export}
	return []kit.Route{
		kit.Reading("/loads", loads, s.loadsPage),
		kit.Reading("/download/loads/:table", take, s.loadsDownload),
		kit.Writing("/download/loads/:table", take, s.loadsDownload),
		kit.Reading("/loads/:load", loads, s.loadPage),
		kit.Reading("/download/loads/:load/lines", take, s.rejectedLines),
		kit.Writing("/download/loads/:load/lines", take, s.rejectedLines),
		kit.Reading("/download/loads/:load/:table", take, s.loadDownload),
		kit.Writing("/download/loads/:load/:table", take, s.loadDownload),
	}
}

// loadsAnswer is what the list of loads is made from.
type loadsAnswer struct {
	st          kit.State
	p           *i18n.Printer
	list        queries.LoadList
	shown       []queries.LoadEntry // as the address narrows and sorts them
	kind, order string
	month       period.Period
}

// askLoads reads the address and lists the loads as the reader may see them.
func (s pages) askLoads(ctx context.Context, c *fiber.Ctx) (loadsAnswer, error) {
	st, err := kit.PlainState(c)
	a := loadsAnswer{st: st, p: i18n.For(st.Lang), kind: c.Query(paramKind), order: cmp.Or(c.Query(paramOrder), orderChoices[0])}
	if err != nil {
		return a, err
	}
	if a.kind != "" && !slices.Contains(kindChoices, a.kind) {
		return a, kit.Status(fiber.StatusBadRequest, kit.BadChoice(paramKind, a.kind, kindChoices))
	}
	if !slices.Contains(orderChoices, a.order) {
		return a, kit.Status(fiber.StatusBadRequest, kit.BadChoice(paramOrder, a.order, orderChoices))
	}
	if text := c.Query(paramTouches); text != "" {
		if a.month, err = period.Parse(text); err != nil {
			return a, kit.Status(fiber.StatusBadRequest, problem.New("web_bad_month", "name", paramTouches, "value", kit.Shortened(text)))
		}
	}
	a.st.Extra = a.extra()
	if a.list, err = s.Config.Queries.LoadsFor(ctx, kit.ScopeOf(c)); err != nil {
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
	return kit.State{Lang: a.st.Lang, Theme: a.st.Theme}.URL("/loads/" + marks[1])
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
func (s pages) reconcile(ctx context.Context, list queries.LoadList) (*queries.Reconciliation, error) {
	if !list.Whole {
		return nil, nil
	}
	run, err := s.Config.Run(ctx)
	if err != nil && problem.Code(err) != "no_run" {
		return nil, err
	}
	q := cache.Question{Kind: "reconciliation", Run: run, Scope: filter.Everything(), More: []string{strconv.FormatUint(uint64(list.Version), 10)}}
	r, err := cache.Kept(ctx, s.Kept, q, func(ctx context.Context) (queries.Reconciliation, uint32, error) {
		r, err := s.Config.Queries.Reconcile(ctx)
		return r, r.Run, err
	})
	return &r, err
}

// loadsContents is the contents of the list of loads.
type loadsContents struct {
	kit.Frame
	Part           bool
	MayUpload      bool
	Reconciliation *dashboards.Reconciliation
	Table          dashboards.Table
	Any            bool // whether there is a load at all
	Kinds          []kit.Option
	Months         []kit.Option
	Orders         []kit.Option
	Filtered       bool
	Reset          string
	Download       string
}

// loadsPage is GET /loads.
func (s pages) loadsPage(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.askLoads(ctx, c)
	if err != nil {
		return err
	}
	p := a.p
	page := loadsContents{Frame: s.Frame(c, "loads", "/loads", a.st, p, p.T("web.loads")), Part: !a.list.Whole, MayUpload: s.mayUpload(ctx, c), Any: len(a.list.Entries) > 0,
		Table: dashboards.Loads(a.shown, a.list.Whole, a.link, p), Filtered: a.kind != "" || a.month != 0, Download: a.st.URL("/download/loads/loads.csv")}
	page.Reset = page.At("/loads")
	reconciled, err := s.reconcile(ctx, a.list)
	if err != nil {
		return err
	}
	if reconciled != nil {
		page.Reconciliation = dashboards.NewReconciliation(*reconciled, p)
	}
	for _, kind := range kindChoices {
		page.Kinds = append(page.Kinds, kit.Option{Value: kind, Text: p.T("etl.kind." + kind), Selected: kind == a.kind})
	}
	months := map[uint32]bool{}
	for _, l := range a.list.Entries {
		for _, m := range l.Periods {
			months[m] = m != 0
		}
	}
	for _, m := range sortedMonths(months) {
		page.Months = append(page.Months, kit.Option{Value: m.String(), Text: dashboards.Month(p, m), Selected: m == a.month})
	}
	for _, order := range orderChoices {
		page.Orders = append(page.Orders, kit.Option{Value: order, Text: p.T("web.loads.order." + order), Selected: order == a.order})
	}
	return s.Pages.Send(c, a.st.Lang, "loads", page)
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
func (s pages) loadsDownload(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.askLoads(ctx, c)
	if err != nil {
		return err
	}
	table := dashboards.Loads(a.shown, a.list.Whole, nil, a.p)
	if id, _ := view.FormatOf(c); id == "reconciliation" {
		reconciled, err := s.reconcile(ctx, a.list)
		if err != nil {
			return err
		}
		if reconciled == nil {
			return kit.Status(fiber.StatusNotFound, problem.New("loads_part"))
		}
		table = dashboards.NewReconciliation(*reconciled, a.p).Table
	}
	t := view.PlainTaking(a.p, table.ID, table)
	t.Filters = a.conditions()
	return s.TakeAway(c, t)
}

// loadAnswer is what the page of a load is made from.
type loadAnswer struct {
	st      kit.State
	p       *i18n.Printer
	list    queries.LoadList
	load    queries.LoadEntry
	reasons []queries.RejectReason
	code    string // reason that the rejected lines are narrowed to
	page    int
}

// askLoad reads the address of a load; one that the reader must not see is not there.
func (s pages) askLoad(ctx context.Context, c *fiber.Ctx) (loadAnswer, error) {
	st, err := kit.PlainState(c)
	a := loadAnswer{st: st, p: i18n.For(st.Lang), code: c.Query(paramReject), page: 1}
	if err != nil {
		return a, err
	}
	number, err := kit.NumberOf(c, "load")
	if err != nil {
		return a, err
	}
	if text := c.Query(kit.ParamPage); text != "" {
		if a.page, err = strconv.Atoi(text); err != nil || a.page < 1 || a.page > kit.LastPage {
			return a, kit.Status(fiber.StatusBadRequest, problem.New("web_bad_integer", "name", kit.ParamPage, "value", kit.Shortened(text), "least", 1, "most", kit.LastPage))
		}
	}
	if a.list, err = s.Config.Queries.LoadsFor(ctx, kit.ScopeOf(c)); err != nil {
		return a, err
	}
	found := false
	if a.load, found = a.list.Find(number); !found {
		return a, kit.Status(fiber.StatusNotFound, problem.New("load_unknown", "load", number))
	}
	if a.reasons, err = s.Config.Queries.RejectReasonsFor(ctx, kit.ScopeOf(c), &a.list, number); err != nil {
		return a, err
	}
	if a.code != "" && !slices.ContainsFunc(a.reasons, func(r queries.RejectReason) bool { return r.Code == a.code }) {
		return a, kit.Status(fiber.StatusNotFound, problem.New("load_reject_unknown", "load", number, "value", kit.Shortened(a.code)))
	}
	a.st.Extra = a.extra(a.code, a.page)
	return a, nil
}

func (a loadAnswer) extra(code string, page int) url.Values {
	extra := url.Values{}
	if code != "" {
		extra.Set(paramReject, code)
	}
	if page > 1 {
		extra.Set(kit.ParamPage, strconv.Itoa(page))
	}
	return extra
}

func (a loadAnswer) path() string { return "/loads/" + strconv.FormatUint(uint64(a.load.ID), 10) }

// at is the address of the page with another choice of rejected lines.
func (a loadAnswer) at(code string, page int) string {
	st := a.st
	st.Extra = a.extra(code, page)
	return st.URL(a.path()) + "#rejects"
}

// lines reads rejected lines that the reader may see, of the reason that is chosen.
func (s pages) lines(ctx context.Context, c *fiber.Ctx, a loadAnswer, skip, most uint64, each func(*queries.Reject) error) error {
	return s.Config.Queries.RejectsFor(ctx, kit.ScopeOf(c), &a.list, a.load.ID, a.code, skip, most, each)
}

// loadContents is the contents of the page of one load.
type loadContents struct {
	kit.Frame
	Crumbs      []kit.Link
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
	Chosen      *view.Chip
	Range       string
	Pager       []kit.Link
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
func (s pages) loadPage(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.askLoad(ctx, c)
	if err != nil {
		return err
	}
	p, l := a.p, a.load
	page := loadContents{Frame: s.Frame(c, "loads", a.path(), a.st, p, p.T("web.load.title", "load", l.ID, "file", l.File)), Part: l.Part, Facts: dashboards.LoadFacts(l, p),
		Accepted: p.Number(int64(l.Accepted)), Rejected: p.Number(int64(l.Rejected)), Read: p.Number(int64(l.Read)), Unchanged: p.Number(int64(l.Unchanged)), Replaced: p.Number(int64(l.Replaced)), //nolint:gosec // counts
		AddsUp: l.Read == l.Accepted+l.Rejected+l.Unchanged, Unknown: l.UnknownColumns}
	plain := kit.State{Lang: a.st.Lang, Theme: a.st.Theme}
	page.Crumbs = []kit.Link{view.LinkTo(p.T("web.loads"), plain.URL("/loads")), {Text: p.T("web.load.number", "load", l.ID), Current: true}}
	if page.Withdrawal, err = s.showWithdrawal(ctx, c, a); err != nil {
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
		if err := s.showRejects(ctx, c, a, &page); err != nil {
			return err
		}
	}
	return s.Pages.Send(c, a.st.Lang, "load", page)
}

// showTotals fills in what the lines of a load add up to, for those who see all of it.
func (s pages) showTotals(ctx context.Context, a loadAnswer, page *loadContents) error {
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
func (s pages) loadTotals(ctx context.Context, a loadAnswer) ([]queries.LoadTotal, []queries.DeclaredTotal, error) {
	if a.load.Part {
		return nil, nil, nil
	}
	totals, err := s.Config.Queries.LoadTotals(ctx, a.load.ID)
	if err != nil {
		return nil, nil, err
	}
	declared, err := s.Config.Queries.DeclaredTotals(ctx, a.load.ID)
	return totals, declared, err
}

// loadNotes are what somebody should look at in a load, for those who see all of it.
func (s pages) loadNotes(ctx context.Context, a loadAnswer) ([]loadNoteJSON, error) {
	list := []loadNoteJSON{}
	if a.load.Part {
		return list, nil
	}
	notes, err := s.Config.Queries.LoadNotes(ctx, a.load.ID)
	for _, n := range notes {
		list = append(list, loadNoteJSON{n.Code, n.Lines, a.p.N("load_note."+n.Code, int(n.Lines))}) //nolint:gosec // a count
	}
	return list, err
}

// showRejects fills in the rejected lines of the page.
func (s pages) showRejects(ctx context.Context, c *fiber.Ctx, a loadAnswer, page *loadContents) error {
	p := a.p
	reasons := dashboards.RejectReasons(a.reasons, func(marks ...string) string { return a.at(marks[1], 1) }, p)
	page.Reasons = &reasons
	var lines []queries.Reject
	skip := uint64((a.page - 1) * rejectsPerPage) //nolint:gosec // a page from 1
	err := s.lines(ctx, c, a, skip, uint64(rejectsPerPage)+1, func(r *queries.Reject) error { lines = append(lines, *r); return nil })
	if err != nil {
		return err
	}
	more := len(lines) > rejectsPerPage
	lines = lines[:min(len(lines), rejectsPerPage)]
	table := dashboards.Rejects(lines, p)
	page.Rejects = &table
	if a.code != "" {
		page.Chosen = &view.Chip{Name: p.T("web.column.reason"), Text: dashboards.RejectName(p, a.code), Remove: a.at("", 1)}
	}
	if len(lines) > 0 {
		page.Range = p.T("web.rows_range", "from", int(skip)+1, "to", int(skip)+len(lines)) //nolint:gosec // small
	}
	if a.page > 1 {
		page.Pager = append(page.Pager, kit.Link{ID: "prev", Text: p.T("web.pager.previous"), Address: a.at(a.code, a.page-1)})
	}
	if more {
		page.Pager = append(page.Pager, kit.Link{ID: "next", Text: p.T("web.pager.next"), Address: a.at(a.code, a.page+1)})
	}
	st := a.st
	st.Extra = a.extra(a.code, 1)
	page.TakeReasons, page.TakeRejects = st.URL("/download"+a.path()+"/reasons.csv"), st.URL("/download"+a.path()+"/rejects.csv")
	header, err := s.Config.Queries.Header(ctx, a.load.ID)
	if err != nil {
		return err
	}
	if len(header.Columns) > 0 {
		page.TakeLines = st.URL("/download" + a.path() + "/lines")
	}
	return s.sawRejects(c, a, len(lines))
}

// loadDownload is /download/loads/:load/reasons.csv, rejects.csv and their .xlsx.
func (s pages) loadDownload(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.askLoad(ctx, c)
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
	if id, _ := view.FormatOf(c); id == "reasons" {
		t := view.PlainTaking(p, "reasons", dashboards.RejectReasons(a.reasons, nil, p))
		t.Filters = filters
		return s.TakeAway(c, t)
	}
	head := dashboards.Table{Columns: dashboards.RejectColumns(p)}
	t := view.Taking{ID: "rejects", Title: p.T("web.load.title", "load", a.load.ID, "file", a.load.File) + " " + p.T("web.block.rejects"), Columns: head.Titles(p.T("web.unit.yuan")), Filters: filters}
	t.Write = func(file tabular.Table) (int, error) {
		rows := 0
		err := s.lines(ctx, c, a, 0, view.MostRowsTaken+1, func(r *queries.Reject) error {
			rows++
			return file.Row(r.Line, r.Column, r.Value, dashboards.RejectReason(p, r), r.Raw)
		})
		return rows, err
	}
	return s.TakeAway(c, t)
}

// rejectedLines is /download/loads/:load/lines: the rejected lines under the header of their file, to be corrected and loaded
// again. Lines that repeat another have no text of their own and stay in their file.
func (s pages) rejectedLines(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.askLoad(ctx, c)
	if err != nil {
		return err
	}
	header, err := s.Config.Queries.Header(ctx, a.load.ID)
	if err != nil {
		return err
	}
	if len(header.Columns) == 0 {
		return kit.Status(fiber.StatusNotFound, problem.New("load_no_header", "load", a.load.ID))
	}
	var file strings.Builder
	file.WriteString("\ufeff" + strings.Join(quoted(header.Columns, header.Delimiter), header.Delimiter) + "\r\n")
	rows := 0
	err = s.lines(ctx, c, a, 0, queries.AllRejects, func(r *queries.Reject) error {
		if r.Raw != "" {
			rows++
			file.WriteString(r.Raw + "\r\n")
		}
		if rows > view.MostRowsTaken {
			return kit.Status(fiber.StatusUnprocessableEntity, problem.New("web_too_many_rows", "most", view.MostRowsTaken))
		}
		return nil
	})
	if err != nil {
		return err
	}
	t := view.Taking{ID: "rejected lines of load " + strconv.FormatUint(uint64(a.load.ID), 10), Title: a.p.T("web.load.lines_title", "load", a.load.ID, "file", a.load.File), Raw: true}
	base, _, _ := strings.Cut(a.load.File, ".")
	return s.TakeFile(c, t, a.p.T("web.load.lines_file", "file", base)+".csv", "text/csv; charset=utf-8", []byte(file.String()), rows)
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
