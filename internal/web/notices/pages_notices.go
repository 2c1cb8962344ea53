package notices

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/alert"
	"jianfu/internal/audit"
	"jianfu/internal/i18n"
	"jianfu/internal/ledger"
	"jianfu/internal/notice"
	"jianfu/internal/problem"
	"jianfu/internal/subscription"
	"jianfu/internal/web/kit"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// paramShow is which notices of one's own are listed.
const paramShow = "show"

// showChoices are what paramShow can be; the first is the default.
var showChoices = []string{"unread", "all"}

// noticesPerPage is how many notices a page lists.
const noticesPerPage = 50

func (s pages) noticeRoutes() []kit.Route {
	return []kit.Route{
		kit.Reading("/notices", []access.Right{access.IssuesRead}, s.noticesPage),
		kit.Writing("/notices/open", nil, s.openNotice).By(kit.Oneself),
		kit.Writing("/notices/read", nil, s.readNotices).By(kit.Oneself),
		kit.Writing("/notices/settings", nil, s.changeNoticeSettings).By(kit.Oneself),
	}
}

func (s pages) noticeOperations() []kit.Operation {
	return []kit.Operation{{Path: kit.APIRoot + "/notices", Rights: []access.Right{access.IssuesRead}, Handler: s.noticesAPI, Reply: noticesJSON{}, Parameters: []string{paramShow, kit.ParamPage}}}
}

// noticesAsked is what the list of notices is made from.
type noticesAsked struct {
	show   string
	page   int
	counts queries.NoticeCounts
	rows   []queries.ShownNotice
	more   bool
}

// askNotices reads whose notices and which of them an address asks for, and finds them.
func (s pages) askNotices(ctx context.Context, c *fiber.Ctx) (noticesAsked, error) {
	a := noticesAsked{show: showChoices[0], page: 1}
	if show := c.Query(paramShow); show != "" {
		if !slices.Contains(showChoices, show) {
			return a, kit.Status(fiber.StatusBadRequest, kit.BadChoice(paramShow, show, showChoices))
		}
		a.show = show
	}
	if text := c.Query(kit.ParamPage); text != "" {
		var err error
		if a.page, err = strconv.Atoi(text); err != nil || a.page < 1 || a.page > kit.LastPage {
			return a, kit.Status(fiber.StatusBadRequest, problem.New("web_bad_integer", "name", kit.ParamPage, "value", kit.Shortened(text), "least", 1, "most", kit.LastPage))
		}
	}
	reader := kit.NoticeReader(kit.AskerOf(c).Principal, kit.ScopeOf(c))
	var err error
	if a.counts, err = s.Config.Queries.CountNotices(ctx, reader); err != nil {
		return a, err
	}
	if a.rows, err = s.Config.Queries.Notices(ctx, reader, a.show == "unread", (a.page-1)*noticesPerPage, noticesPerPage+1); err != nil {
		return a, err
	}
	if a.more = len(a.rows) > noticesPerPage; a.more {
		a.rows = a.rows[:noticesPerPage]
	}
	return a, nil
}

// noticesContents is the contents of the page of one's own notices.
type noticesContents struct {
	kit.Frame
	Tabs          []kit.Link
	Notices       []noticeRow
	Unread        uint64
	Showing       string
	Before, After string // addresses of the pages around this one
	Own           bool   // they are the reader's, who can mark them
	Mail          string
	MailPossible  bool
	Kinds         []kit.Option
	CalendarAt    string
	AlertsAt      string // "" for who may set none
}

type noticeRow struct {
	ID, Kind, KindName, Number, Title, Due, By, At, Issue string
	Unread                                                bool
}

// noticesPage is GET /notices.
func (s pages) noticesPage(c *fiber.Ctx) error { return s.sendNotices(c, nil) }

func (s pages) sendNotices(c *fiber.Ctx, problem error) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	asked, err := s.askNotices(ctx, c)
	if err != nil {
		return err
	}
	a, p := kit.AskerOf(c), i18n.For(st.Lang)
	page := noticesContents{Unread: asked.counts.Unread, Showing: asked.show, Own: !a.Principal.ViewingAs(), MailPossible: s.Config.Reminders.Mail != nil}
	address := func(show string, n int) string {
		to := st
		to.Extra = url.Values{}
		if show != showChoices[0] {
			to.Extra.Set(paramShow, show)
		}
		if n > 1 {
			to.Extra.Set(kit.ParamPage, strconv.Itoa(n))
		}
		return to.URL("/notices")
	}
	for i, show := range showChoices {
		count := []uint64{asked.counts.Unread, asked.counts.Told}[i]
		page.Tabs = append(page.Tabs, kit.Link{Text: p.T("web.notices.show."+show, "count", dashboards.Count(count)), Address: address(show, 1), Current: show == asked.show})
	}
	if asked.page > 1 {
		page.Before = address(asked.show, asked.page-1)
	}
	if asked.more {
		page.After = address(asked.show, asked.page+1)
	}
	names, err := s.Config.Accounts.Names(ctx, causers(asked.rows))
	if err != nil {
		return err
	}
	for _, one := range asked.rows {
		page.Notices = append(page.Notices, noticeRow{ID: one.Notice, Kind: one.Kind, KindName: p.T("notice.kind." + one.Kind), Number: one.Number, Title: noticeTitle(p, one),
			Due: dueText(one.Due), By: byWhom(p, names, one.By), At: dashboards.Moment(one.CreatedAt), Unread: one.ReadAt.Unix() <= 0})
	}
	if err := s.noticeWishes(ctx, c, p, &page, problem); err != nil {
		return err
	}
	st.Extra = url.Values{}
	if asked.show != showChoices[0] {
		st.Extra.Set(paramShow, asked.show)
	}
	if asked.page > 1 {
		st.Extra.Set(kit.ParamPage, strconv.Itoa(asked.page))
	}
	page.Frame = s.Frame(c, "notices", "/notices", st, p, p.T("web.notices"))
	page.CalendarAt = page.At("/admin/calendar")
	if page.Own && a.Principal.Can(access.FiguresAggregate) {
		page.AlertsAt = page.At("/alerts")
	}
	page.Failed(c, p, problem)
	return s.Pages.Send(c, st.Lang, "notices", page)
}

// noticeWishes puts where and about what somebody wants mail into the page; after a problem, as it was typed.
func (s pages) noticeWishes(ctx context.Context, c *fiber.Ctx, p *i18n.Printer, page *noticesContents, problem error) error {
	var chosen []string
	for _, kind := range notice.MailKinds { // until somebody has chosen: what cannot wait
		if kind != notice.Mentioned && kind != notice.DueSoon {
			chosen = append(chosen, string(kind))
		}
	}
	if problem != nil {
		page.Mail, chosen = kit.Shortened(kit.Form(c, "mail")), kit.Forms(c, "kind")
	} else {
		settings, err := s.Config.Queries.NoticeSettings(ctx, kit.AskerOf(c).Principal.Account())
		if err != nil {
			return err
		}
		if len(settings) > 0 {
			page.Mail, chosen = settings[0].Mail, settings[0].Kinds
		}
	}
	for _, kind := range notice.MailKinds {
		page.Kinds = append(page.Kinds, kit.Option{Value: string(kind), Text: p.T("notice.kind." + string(kind)), Selected: slices.Contains(chosen, string(kind))})
	}
	return nil
}

// noticeTitle is what a notice is about, in one line.
func noticeTitle(p *i18n.Printer, one queries.ShownNotice) string {
	switch notice.Kind(one.Kind) {
	case notice.Alert:
		if told, err := alert.ReadTold(one.Facts); err == nil {
			return told.Text(p)
		}
	case notice.Subscribed:
		if told, err := subscription.ReadTold(one.Facts); err == nil {
			return told.Text(p)
		}
	}
	if text := notice.ReportText(one.Kind, one.Facts, p); text != "" {
		return text
	}
	return dashboards.IssueTitle(p, one.Title)
}

// dueText is a day that is stored as a number; "" for none.
func dueText(due uint32) string {
	if due == 0 {
		return ""
	}
	return workday.Date(due).String() //nolint:gosec // eight digits
}

// causers are the accounts that caused notices.
func causers(rows []queries.ShownNotice) []string {
	var accounts []string
	for _, one := range rows {
		accounts = append(accounts, one.By)
	}
	return accounts
}

// byWhom is who caused a notice; what the clock causes is the system's.
func byWhom(p *i18n.Printer, names map[string]string, account string) string {
	if account == ledger.System {
		return p.T("web.notices.system")
	}
	return cmp.Or(names[account], dashboards.NewNames(p).Actor(account))
}

// The forms of what a notice's page sends.
var (
	noticeForm = regexp.MustCompile(`^[0-9a-f]{32}$`)
	numberForm = regexp.MustCompile(`^[0-9]{6}-[0-9]{4}-[0-9]{1,9}$`)
)

// openNotice is POST /notices/open: it notes that a notice was seen and leads to its issue.
func (s pages) openNotice(c *fiber.Ctx) error {
	id, number := kit.Form(c, "notice"), kit.Form(c, "number")
	if !noticeForm.MatchString(id) {
		return kit.Status(fiber.StatusBadRequest, problem.New("web_notice_unknown"))
	}
	if number == "" {
		return s.openFigures(c, id)
	}
	if !numberForm.MatchString(number) {
		return kit.Status(fiber.StatusBadRequest, problem.New("web_notice_unknown"))
	}
	if err := s.seen(c, []string{id}); err != nil {
		return err
	}
	return s.Back(c, "/issues/"+url.PathEscape(number), "")
}

// openFigures leads to the page of a notice that is about no issue. The page checks what its reader may see by now.
func (s pages) openFigures(c *fiber.Ctx, id string) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	address, err := s.Config.Queries.NoticeAddress(ctx, kit.AskerOf(c).Account.Account, id)
	if err != nil {
		return err
	}
	if address == "" {
		return kit.Status(fiber.StatusBadRequest, problem.New("web_notice_unknown"))
	}
	if err := s.seen(c, []string{id}); err != nil {
		return err
	}
	return c.Redirect(s.Local(c, address), fiber.StatusSeeOther)
}

// readNotices is POST /notices/read: the notices that the page showed were seen.
func (s pages) readNotices(c *fiber.Ctx) error {
	ids := kit.Forms(c, "notice")
	if len(ids) > noticesPerPage || slices.ContainsFunc(ids, func(id string) bool { return !noticeForm.MatchString(id) }) {
		return kit.Status(fiber.StatusBadRequest, problem.New("web_notice_unknown"))
	}
	if err := s.seen(c, ids); err != nil {
		return err
	}
	return s.Back(c, "/notices", "notices_read")
}

func (s pages) seen(c *fiber.Ctx, ids []string) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	account := kit.AskerOf(c).Account.Account
	if err := s.Config.Queries.ReadNotices(ctx, account, ids, s.Config.Now().UTC()); err != nil {
		return fmt.Errorf("note that %s has seen notices: %w", account, err)
	}
	s.Unread.Forget(account)
	return nil
}

// changeNoticeSettings is POST /notices/settings: where and about what somebody wants mail.
func (s pages) changeNoticeSettings(c *fiber.Ctx) error {
	a := kit.AskerOf(c)
	address, err := s.Config.Reminders.MailAddress(kit.Form(c, "mail"))
	if err != nil {
		c.Locals(kit.ScopeKey, a.Principal.Scope(access.IssuesRead))
		return s.sendNotices(c, err)
	}
	kinds := []string{}
	for _, kind := range notice.MailKinds {
		if slices.Contains(kit.Forms(c, "kind"), string(kind)) {
			kinds = append(kinds, string(kind))
		}
	}
	settings := queries.NoticeSettings{Account: a.Account.Account, ChangedAt: s.Config.Now().UTC(), Mail: address, Kinds: kinds, Language: s.Here(c).Lang}
	put := func(ctx context.Context) error { return s.Config.Queries.PutNoticeSettings(ctx, settings) }
	if err := s.Recorded(c, put, audit.SettingsChanged, "notices", "mail", address, "kinds", strings.Join(kinds, " ")); err != nil {
		return err
	}
	return s.Back(c, "/notices", "notice_settings")
}

type noticesJSON struct {
	Unread  uint64       `json:"unread"`
	Page    int          `json:"page"`
	More    bool         `json:"more"`
	Notices []noticeJSON `json:"notices"`
}

type noticeJSON struct {
	ID     string `json:"notice"`
	Kind   string `json:"notice_kind"`
	Name   string `json:"name"`
	Number string `json:"issue_number"`
	Title  string `json:"title"`
	Page   string `json:"page_address"`
	Due    string `json:"due_on"`
	By     string `json:"caused_by"`
	At     string `json:"told_at"`
	Seen   bool   `json:"seen"`
}

// noticesAPI is GET /api/v1/notices.
func (s pages) noticesAPI(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.askNotices(ctx, c)
	if err != nil {
		return err
	}
	p := i18n.For(s.Here(c).Lang)
	reply := noticesJSON{Unread: a.counts.Unread, Page: a.page, More: a.more, Notices: []noticeJSON{}}
	for _, one := range a.rows {
		reply.Notices = append(reply.Notices, noticeJSON{one.Notice, one.Kind, p.T("notice.kind." + one.Kind), one.Number, noticeTitle(p, one), one.Address, dueText(one.Due), one.By,
			dashboards.Moment(one.CreatedAt), one.ReadAt.Unix() > 0})
	}
	return c.JSON(reply)
}

// noticesParameters are what operations of this topic take beside the common ones.
var noticesParameters = map[string]kit.APIParameter{
	paramShow: {Choices: showChoices},
}
