package accounts

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/audit"
	"jianfu/internal/i18n"
	"jianfu/internal/problem"
	"jianfu/internal/tabular"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// auditRows is how many entries a page shows.
const auditRows = 100

// The parameters of the audit page.
const (
	paramActor  = "actor"
	paramAction = "action"
	paramObject = "object"
	paramBefore = "before"
	paramCheck  = "check" // whether to go through the whole chain
)

// beijing is the time zone of every time on a page.
var beijing = time.FixedZone("UTC+8", 8*60*60)

// auditContents is the contents of the audit page.
type auditContents struct {
	kit.Frame
	Entries              []auditRow
	Older, Newest        string // addresses, "" where there is none
	Actor, Object        string
	Since, Until         string
	Actions              []kit.Option
	Action               string
	Check                string // address that checks the chain
	Verdict              *verdict
	Download             string
	Everything, Filtered bool
	Reset                string
}

// verdict is what became of a check of the chain, in words.
type verdict struct {
	Good       bool
	Text, Hash string
}

type auditRow struct {
	Seq                                                               uint64
	At, Actor, ViewAs, Address, Action, Object, Details, Reason, Hash string
	Bad                                                               bool
}

// badActions are those that somebody who reads the log looks for first.
var badActions = []audit.Action{audit.SignInFailed, audit.SignInHeld, audit.Denied, audit.RequestForged, audit.TokenRefused, audit.Failed, audit.NotDone, audit.Unclear, audit.AnchorMissing}

// auditSearch reads the search of an address; extra is the search again, for addresses.
func auditSearch(c *fiber.Ctx) (search queries.AuditSearch, extra url.Values, err error) {
	extra = url.Values{}
	search = queries.AuditSearch{Actor: strings.TrimSpace(c.Query(paramActor)), Object: strings.TrimSpace(c.Query(paramObject)), Rows: auditRows}
	if action := c.Query(paramAction); action != "" {
		if !slices.Contains(audit.Actions, audit.Action(action)) {
			return search, extra, kit.Status(fiber.StatusBadRequest, kit.BadChoice(paramAction, action, kit.Words(audit.Actions)))
		}
		search.Actions = []string{action}
	}
	for name, into := range map[string]*time.Time{kit.ParamSince: &search.From, kit.ParamUntil: &search.To} {
		day := c.Query(name)
		if day == "" {
			continue
		}
		at, err := time.ParseInLocation(time.DateOnly, day, beijing)
		if err != nil || at.Year() < 1970 || at.Year() > 2299 {
			return search, extra, kit.Status(fiber.StatusBadRequest, problem.New("web_bad_day", "name", name, "value", kit.Shortened(day)))
		}
		if *into = at; name == kit.ParamUntil {
			*into = at.AddDate(0, 0, 1)
		}
	}
	for _, name := range []string{paramActor, paramAction, paramObject, kit.ParamSince, kit.ParamUntil} {
		if value := c.Query(name); value != "" {
			extra.Set(name, value)
		}
	}
	if before := c.Query(paramBefore); before != "" {
		if search.Before, err = strconv.ParseUint(before, 10, 63); err != nil {
			return search, extra, kit.Status(fiber.StatusBadRequest, problem.New("web_bad_number", "name", paramBefore, "value", kit.Shortened(before)))
		}
	}
	return search, extra, nil
}

// auditPage is GET /admin/audit.
func (s pages) auditPage(c *fiber.Ctx) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	search, extra, err := auditSearch(c)
	if err != nil {
		return err
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, p := kit.AskerOf(c), i18n.For(st.Lang)
	entries, more, err := s.Config.Audit.Search(ctx, a.Principal, search)
	if err != nil {
		return err
	}
	st.Extra = extra
	page := auditContents{Frame: s.Frame(c, "audit", "/admin/audit", st, p, p.T("web.audit")), Actor: kit.Shortened(search.Actor), Object: kit.Shortened(search.Object),
		Since: extra.Get(kit.ParamSince), Until: extra.Get(kit.ParamUntil), Action: extra.Get(paramAction), Download: st.URL("/download/audit/audit.csv"),
		Everything: kit.ScopeOf(c).Allows("000000"), Filtered: len(extra) > 0}
	page.Reset = page.At("/admin/audit")
	for _, action := range audit.Actions {
		page.Actions = append(page.Actions, kit.Option{Value: string(action), Text: p.T("audit.action." + string(action)), Selected: string(action) == page.Action})
	}
	for _, e := range entries {
		page.Entries = append(page.Entries, auditRowOf(p, e))
	}
	older := st
	older.Extra = kit.WithValue(extra, paramBefore, "")
	if search.Before > 0 {
		page.Newest = older.URL("/admin/audit")
	}
	if more {
		older.Extra = kit.WithValue(extra, paramBefore, strconv.FormatUint(entries[len(entries)-1].Seq, 10))
		page.Older = older.URL("/admin/audit")
	}
	older.Extra = kit.WithValue(extra, paramCheck, "yes")
	page.Check = older.URL("/admin/audit")
	if c.Query(paramCheck) != "" {
		v, err := s.Config.Audit.Verify(ctx)
		if err != nil {
			return err
		}
		page.Verdict = verdictOf(p, v)
	}
	return s.Pages.Send(c, st.Lang, "audit", page)
}

func auditRowOf(p *i18n.Printer, e queries.AuditEntry) auditRow {
	return auditRow{Seq: e.Seq, At: e.At.In(beijing).Format("2006-01-02 15:04:05"), Actor: dashboards.NewNames(p).Actor(e.Actor), ViewAs: e.ViewAs, Address: e.Address,
		Action: p.T("audit.action." + e.Action), Object: e.Object, Details: detailsInWords(p, e.Details), Reason: e.Reason, Hash: e.Hash[:min(8, len(e.Hash))],
		Bad: slices.Contains(badActions, audit.Action(e.Action))}
}

func verdictOf(p *i18n.Printer, v audit.Verdict) *verdict {
	switch {
	case v.Break != "":
		return &verdict{Text: p.T("web.audit.broken", "at", v.At, "text", p.T("audit.break."+v.Break)), Hash: v.Hash}
	case !v.Anchored && v.Entries > 0:
		return &verdict{Text: p.T("web.audit.unanchored", "entries", v.Entries), Hash: v.Hash}
	}
	return &verdict{Good: true, Text: p.T("web.audit.whole", "entries", v.Entries), Hash: v.Hash}
}

// auditDownload is /download/audit/audit.csv and .xlsx: all entries of a search.
func (s pages) auditDownload(c *fiber.Ctx) error {
	search, extra, err := auditSearch(c)
	if err != nil {
		return err
	}
	p := i18n.For(s.Here(c).Lang)
	var columns []string
	for _, column := range audit.Columns {
		columns = append(columns, p.T("audit.column."+column))
	}
	t := view.Taking{ID: "audit", Title: p.T("web.audit"), Columns: columns, Filters: filtersInWords(p, extra)}
	t.Write = func(table tabular.Table) (int, error) {
		ctx, cancel := kit.Asking(c)
		defer cancel()
		return s.Config.Audit.Export(ctx, kit.AskerOf(c).Principal, search, table)
	}
	return s.TakeAway(c, t)
}

// filtersInWords are the conditions of a search.
func filtersInWords(p *i18n.Printer, extra url.Values) []tabular.Line {
	var lines []tabular.Line
	for _, name := range []string{paramActor, paramAction, paramObject, kit.ParamSince, kit.ParamUntil} {
		value := extra.Get(name)
		if value == "" {
			continue
		}
		if name == paramAction {
			value = p.T("audit.action." + value)
		}
		lines = append(lines, tabular.Line{Name: p.T("web.audit.filter." + name), Value: value})
	}
	return lines
}
