package subscriptions

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/auth"
	"jianfu/internal/i18n"
	"jianfu/internal/problem"
	"jianfu/internal/subscription"
	"jianfu/internal/web/kit"
	"jianfu/queries"
)

func (s pages) routes() []kit.Route {
	return []kit.Route{
		kit.Reading("/subscriptions", nil, s.listPage).By(kit.Oneself),
		kit.Reading("/subscriptions/change", nil, s.changePage).By(kit.Oneself),
		kit.Writing("/subscriptions/new", nil, s.newPage).By(kit.Oneself),
		kit.Writing("/subscriptions/create", nil, s.create).By(kit.Oneself),
		kit.Writing("/subscriptions/change", nil, s.change).By(kit.Oneself),
		kit.Writing("/subscriptions/state", nil, s.changeState).By(kit.Oneself),
		kit.Writing("/subscriptions/send", nil, s.sendNow).By(kit.Oneself),
		kit.Writing("/subscriptions/mail", nil, s.changeMail).By(kit.Oneself),
		kit.Reading("/admin/subscriptions", []access.Right{access.UsersRead}, s.everybodysPage),
	}
}

func (s pages) operations() []kit.Operation {
	return []kit.Operation{{Path: kit.APIRoot + "/subscriptions", Handler: s.listAPI, Reply: subscriptionsJSON{}}}
}

// fieldSubscription names a subscription in forms and addresses.
const fieldSubscription = "subscription"

// listContents is the contents of the page of one's own subscriptions.
type listContents struct {
	kit.Frame
	Subscriptions []listRow
	Mail          string // address that mail goes to
	MailPossible  bool
	Most          int
	NoticesAt     string // "" for who has no bell
}

// listRow is a subscription in words.
type listRow struct {
	ID, Name, Address, When, How, Next, Last, State string
	Paused, Stopped                                 bool
}

// listPage is GET /subscriptions.
func (s pages) listPage(c *fiber.Ctx) error { return s.sendList(c, nil) }

func (s pages) sendList(c *fiber.Ctx, problem error) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, p := kit.AskerOf(c), i18n.For(st.Lang)
	kept, err := s.Config.Queries.Subscriptions(ctx, a.Account.Account)
	if err != nil {
		return err
	}
	page := listContents{MailPossible: s.Config.Reminders.Mail != nil, Most: subscription.Most}
	for _, one := range kept {
		page.Subscriptions = append(page.Subscriptions, s.row(p, one, s.Local(c, one.Address)))
	}
	settings, err := s.Config.Queries.NoticeSettings(ctx, a.Account.Account)
	if err != nil {
		return err
	}
	if len(settings) > 0 {
		page.Mail = settings[0].Mail
	}
	if typed := kit.Form(c, "mail"); problem != nil && typed != "" && typed != kit.Yes {
		page.Mail = kit.Shortened(typed)
	}
	page.Frame = s.Frame(c, "subscriptions", "/subscriptions", st, p, p.T("web.subscriptions"))
	if subscription.Belled(a.Principal) {
		page.NoticesAt = page.At("/notices")
	}
	page.Failed(c, p, problem)
	return s.Pages.Send(c, st.Lang, "subscriptions", page)
}

// row puts a subscription into words.
func (s pages) row(p *i18n.Printer, one queries.KeptSubscription, address string) listRow {
	row := listRow{ID: one.Subscription.Subscription, Name: one.Name, Address: address, When: subscription.Words(one.Subscription, p), How: how(p, one.Subscription),
		Paused: one.State == subscription.Paused, Stopped: subscription.Stopped(one)}
	switch {
	case row.Stopped:
		row.State = p.T("web.subscriptions.stopped", "cause", one.Detail)
	case one.Every == subscription.Run || row.Paused:
	default:
		row.Next = s.next(p, one.Subscription)
	}
	if one.SettledAt.Unix() > 0 && !row.Stopped {
		row.Last = p.T("subscription.step."+one.Step, "at", dashboards.Moment(one.SettledAt), "detail", one.Detail)
	}
	return row
}

// next says when a subscription is due.
func (s pages) next(p *i18n.Printer, one queries.Subscription) string {
	at, found, err := subscription.Next(one, s.Config.Calendar, s.Config.Now())
	switch {
	case err != nil:
		return p.Error(err)
	case !found:
		return ""
	}
	return p.T("web.subscriptions.next", "at", dashboards.Moment(at))
}

// how says by what way a subscription comes and what goes with it.
func how(p *i18n.Printer, one queries.Subscription) string {
	if !one.Mail {
		return p.T("web.subscriptions.bell")
	}
	parts := []string{p.T("web.subscriptions.mail")}
	if one.Printed {
		parts = append(parts, p.T("web.subscriptions.printed"))
	}
	if one.Files != "" {
		parts = append(parts, p.T("web.subscriptions.files."+one.Files))
	}
	return strings.Join(parts, p.T("web.list_separator"))
}

// formContents is the contents of the form of a subscription, of a new one or one of the reader's own.
type formContents struct {
	kit.Frame
	Subscription    queries.Subscription
	HereProof       string // of the address of a new one
	Page            string // that is sent, for this reader
	Everys          []kit.Option
	Weekdays, Days  []kit.Option
	Hours, Files    []kit.Option
	Belled          bool
	MailPossible    bool
	LinksOnly       bool
	MailAddress     string
	Name            string
	LongestName     int
	SubscriptionsAt string
}

// List is a list of the form.
func (formContents) List(name string, options []kit.Option) formList { return formList{name, options} }

type formList struct {
	Title   string
	Options []kit.Option
}

// newPage is POST /subscriptions/new: the form for the page whose button was pressed. Nothing is changed yet.
func (s pages) newPage(c *fiber.Ctx) error {
	here, err := s.here(c)
	if err != nil {
		return err
	}
	return s.sendForm(c, queries.Subscription{Name: kit.Form(c, "name"), Address: here, Every: subscription.Workdays, Weekday: 1, Day: 1, Hour: 8, Mail: s.Config.Reminders.Mail != nil, Printed: true}, nil)
}

// here is the address of a form whose proof says that a page of ours has written it for this reader.
func (s pages) here(c *fiber.Ctx) (string, error) {
	here := kit.Form(c, kit.FieldHere)
	path, _, _ := strings.Cut(here, "?")
	_, ok := s.ViewedAs(path)
	if !ok || !auth.CheckAddressProof(kit.AskerOf(c).ID, here, kit.Form(c, kit.FieldHereProof)) {
		return "", kit.Status(fiber.StatusBadRequest, problem.New("web_view_address"))
	}
	return here, nil
}

// changePage is GET /subscriptions/change: the form of one of the reader's own.
func (s pages) changePage(c *fiber.Ctx) error {
	kept, err := s.own(c, c.Query(fieldSubscription))
	if err != nil {
		return err
	}
	return s.sendForm(c, kept.Subscription, nil)
}

// own finds a subscription of the asker's own.
func (s pages) own(c *fiber.Ctx, id string) (queries.KeptSubscription, error) {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	kept, err := s.Config.Queries.Subscriptions(ctx, kit.AskerOf(c).Account.Account)
	if err != nil {
		return queries.KeptSubscription{}, err
	}
	i := slices.IndexFunc(kept, func(k queries.KeptSubscription) bool { return k.Subscription.Subscription == id })
	if i < 0 {
		return queries.KeptSubscription{}, kit.Status(fiber.StatusNotFound, problem.New("subscription_unknown"))
	}
	return kept[i], nil
}

// sendForm shows the form, as it was typed after a problem.
func (s pages) sendForm(c *fiber.Ctx, sub queries.Subscription, problem error) error {
	st := s.Here(c)
	p, a := i18n.For(st.Lang), kit.AskerOf(c)
	ctx, cancel := kit.Asking(c)
	defer cancel()
	settings, err := s.Config.Queries.NoticeSettings(ctx, a.Account.Account)
	if err != nil {
		return err
	}
	page := formContents{Subscription: sub, Page: s.Local(c, sub.Address), Belled: subscription.Belled(a.Principal), MailPossible: s.Config.Reminders.Mail != nil,
		Name: sub.Name, LongestName: subscription.LongestName}
	page.LinksOnly = page.MailPossible && s.Config.Reminders.Mail.LinksOnly
	if len(settings) > 0 {
		page.MailAddress = settings[0].Mail
	}
	if sub.Subscription == "" {
		page.HereProof = auth.AddressProof(a.ID, sub.Address)
	} else {
		st.Extra = map[string][]string{fieldSubscription: {sub.Subscription}}
	}
	for _, word := range subscription.Everys {
		page.Everys = append(page.Everys, kit.Option{Value: word, Text: p.T("subscription.every." + word), Selected: word == sub.Every})
	}
	numbers := func(from, to, chosen uint8, text func(n uint8) string) (options []kit.Option) {
		for n := from; n <= to; n++ {
			options = append(options, kit.Option{Value: decimal(n), Text: text(n), Selected: n == chosen})
		}
		return options
	}
	hours := subscription.Hours()
	page.Weekdays = numbers(1, 7, sub.Weekday, func(n uint8) string { return p.T("subscription.weekday." + decimal(n)) })
	page.Days = numbers(1, 31, sub.Day, func(n uint8) string { return p.T("subscription.day", "day", n) })
	page.Hours = numbers(hours[0], hours[len(hours)-1], sub.Hour, func(n uint8) string { return decimal(n) + ":00" })
	for _, format := range subscription.Formats {
		page.Files = append(page.Files, kit.Option{Value: format, Text: p.T("subscription.files." + format), Selected: format == sub.Files})
	}
	path := "/subscriptions/change"
	if sub.Subscription == "" {
		path = "/subscriptions"
	}
	page.Frame = s.Frame(c, "subscribe", path, st, p, p.T("web.subscribe"))
	page.SubscriptionsAt = page.At("/subscriptions")
	page.Failed(c, p, problem)
	return s.Pages.Send(c, st.Lang, "subscribe", page)
}

func decimal(n uint8) string { return strconv.Itoa(int(n)) }

// typed reads the fields of the form into a subscription.
func typed(c *fiber.Ctx, sub queries.Subscription) queries.Subscription {
	number := func(name string) uint8 {
		n, err := strconv.ParseUint(kit.Form(c, name), 10, 8)
		if err != nil {
			return 0 // which no day or hour is
		}
		return uint8(n)
	}
	sub.Name, sub.Every, sub.Files = kit.Form(c, "name"), kit.Form(c, "every"), kit.Form(c, "files")
	sub.Weekday, sub.Day, sub.Hour = number("weekday"), number("day"), number("hour")
	sub.Mail, sub.Printed = kit.Form(c, "mail") == kit.Yes, kit.Form(c, "printed") == kit.Yes
	return sub
}

// create is POST /subscriptions/create.
func (s pages) create(c *fiber.Ctx) error {
	here, err := s.here(c)
	if err != nil {
		return err
	}
	a := kit.AskerOf(c)
	path, _, _ := strings.Cut(here, "?")
	page, _ := s.ViewedAs(path)
	sub := typed(c, queries.Subscription{Account: a.Account.Account, Subscription: kit.NewID(), State: subscription.Active, List: page.List, Address: here, Language: s.Here(c).Lang, AskedAt: time.Unix(0, 0)})
	read, err := subscription.Read(a.Principal, sub)
	if err == nil {
		ctx, cancel := kit.Asking(c)
		defer cancel()
		var kept []queries.KeptSubscription
		if kept, err = s.Config.Queries.Subscriptions(ctx, a.Account.Account); err != nil {
			return err
		}
		if len(kept) >= subscription.Most {
			err = problem.New("subscription_full", "most", subscription.Most)
		}
	}
	if err != nil {
		sub.Subscription = ""
		return s.sendForm(c, sub, err)
	}
	if read, err = s.fromNow(c, read); err != nil {
		return err
	}
	if err := s.put(c, read, "created"); err != nil {
		return err
	}
	return s.Back(c, "/subscriptions", "subscription_created")
}

// fromNow lets a subscription count from this moment and from the current run.
func (s pages) fromNow(c *fiber.Ctx, sub queries.Subscription) (queries.Subscription, error) {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	run, err := s.Config.Queries.CurrentNumber(ctx)
	if err != nil && problem.Code(err) != "no_run" {
		return sub, err
	}
	sub.Since, sub.SinceRun = s.moment(), run
	return sub, nil
}

// moment is now, to the millisecond that the store keeps.
func (s pages) moment() time.Time { return s.Config.Now().UTC().Truncate(time.Millisecond) }

// change is POST /subscriptions/change. What fell due before is not made up for at the new times.
func (s pages) change(c *fiber.Ctx) error {
	kept, err := s.own(c, kit.Form(c, fieldSubscription))
	if err != nil {
		return err
	}
	sub := typed(c, kept.Subscription)
	read, err := subscription.Read(kit.AskerOf(c).Principal, sub)
	if err != nil {
		return s.sendForm(c, sub, err)
	}
	if read, err = s.fromNow(c, read); err != nil {
		return err
	}
	if subscription.Stopped(kept) {
		read.State = subscription.Paused // until its owner resumes it
	}
	if err := s.put(c, read, "changed"); err != nil {
		return err
	}
	return s.Back(c, "/subscriptions", "subscription_changed")
}

// events are what can be done with a subscription, by the state that it comes to.
var events = map[string]string{subscription.Active: "resumed", subscription.Paused: "paused", subscription.Dropped: "dropped"}

// changeState is POST /subscriptions/state: one's own subscription is paused, resumed or deleted.
func (s pages) changeState(c *fiber.Ctx) error {
	event, known := events[kit.Form(c, "state")]
	kept, err := s.own(c, kit.Form(c, fieldSubscription))
	if err != nil {
		return err
	}
	if !known {
		return kit.Status(fiber.StatusNotFound, problem.New("subscription_unknown"))
	}
	sub := kept.Subscription
	sub.State = kit.Form(c, "state")
	if sub, err = s.fromNow(c, sub); err != nil {
		return err
	}
	if err := s.put(c, sub, event); err != nil {
		return err
	}
	return s.Back(c, "/subscriptions", "subscription_"+event)
}

// sendNow is POST /subscriptions/send: besides its times, within a minute.
func (s pages) sendNow(c *fiber.Ctx) error {
	kept, err := s.own(c, kit.Form(c, fieldSubscription))
	if err != nil {
		return err
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	counts, err := s.Config.Queries.CountSubscriptions(ctx, kept.Account, s.moment().Add(-24*time.Hour))
	switch {
	case err != nil:
		return err
	case counts.Asked >= subscription.MostAskedADay:
		return s.sendList(c, problem.New("subscription_asked", "most", subscription.MostAskedADay))
	case kept.State != subscription.Active || subscription.Stopped(kept):
		return s.sendList(c, problem.New("subscription_asleep"))
	}
	sub := kept.Subscription
	sub.AskedAt = s.moment()
	if err := s.put(c, sub, "asked"); err != nil {
		return err
	}
	if s.Config.Asked != nil {
		s.Config.Asked()
	}
	return s.Back(c, "/subscriptions", "subscription_asked")
}

// put writes a subscription once the audit log has it.
func (s pages) put(c *fiber.Ctx, sub queries.Subscription, event string) error {
	put := func(ctx context.Context) error { return s.Config.Queries.PutSubscription(ctx, sub, s.moment()) }
	return s.Recorded(c, put, audit.SettingsChanged, "subscriptions", "subscription", sub.Subscription, "event", event, "name", sub.Name, "page", sub.Address,
		"when", subscription.Words(sub, i18n.For(i18n.Chinese)), "how", how(i18n.For(i18n.Chinese), sub))
}

// changeMail is POST /subscriptions/mail: where one's mail goes, for who has no page of notices too.
func (s pages) changeMail(c *fiber.Ctx) error {
	address, err := s.Config.Reminders.MailAddress(kit.Form(c, "mail"))
	if err != nil {
		return s.sendList(c, err)
	}
	account := kit.AskerOf(c).Account.Account
	ctx, cancel := kit.Asking(c)
	defer cancel()
	settings, err := s.Config.Queries.NoticeSettings(ctx, account)
	if err != nil {
		return err
	}
	changed := queries.NoticeSettings{Account: account, Kinds: []string{}, Language: s.Here(c).Lang}
	if len(settings) > 0 {
		changed = settings[0]
	}
	changed.Mail, changed.ChangedAt = address, s.moment()
	put := func(ctx context.Context) error { return s.Config.Queries.PutNoticeSettings(ctx, changed) }
	if err := s.Recorded(c, put, audit.SettingsChanged, "notices", "mail", address, "kinds", strings.Join(changed.Kinds, " ")); err != nil {
		return err
	}
	return s.Back(c, "/subscriptions", "notice_settings")
}

// everybodysContents is what an administrator sees of subscriptions: that they exist, of what kind of page, and whether they come, but
// neither what they are called nor what they are narrowed to.
type everybodysContents struct {
	kit.Frame
	Rows []everybodysRow
}

type everybodysRow struct{ Account, Name, Page, When, How, State, Last string }

// everybodysPage is GET /admin/subscriptions.
func (s pages) everybodysPage(c *fiber.Ctx) error {
	st, err := kit.PlainState(c)
	if err != nil {
		return err
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	p := i18n.For(st.Lang)
	kept, err := s.Config.Queries.Subscriptions(ctx, "")
	if err != nil {
		return err
	}
	visible, err := s.Config.Accounts.Accounts(ctx, kit.AskerOf(c).Principal)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, a := range visible {
		names[a.Account] = a.Name
	}
	page := everybodysContents{}
	for _, one := range kept {
		name, seen := names[one.Account]
		if !seen {
			continue
		}
		row := everybodysRow{Account: one.Account, Name: name, Page: p.T("web.saved_views.list." + one.List), When: subscription.Words(one.Subscription, p), How: how(p, one.Subscription),
			State: p.T("subscription.state." + one.State)}
		if subscription.Stopped(one) {
			row.State = p.T("subscription.state.stopped")
		}
		if one.SettledAt.Unix() > 0 {
			row.Last = p.T("subscription.step_short."+one.Step, "at", dashboards.Moment(one.SettledAt))
		}
		page.Rows = append(page.Rows, row)
	}
	page.Frame = s.Frame(c, "all_subscriptions", "/admin/subscriptions", st, p, p.T("web.all_subscriptions"))
	return s.Pages.Send(c, st.Lang, "all_subscriptions", page)
}

// The JSON of one's own subscriptions.
type (
	subscriptionsJSON struct {
		Subscriptions []subscriptionJSON `json:"subscriptions"`
	}
	subscriptionJSON struct {
		ID       string `json:"subscription"`
		Name     string `json:"name"`
		Page     string `json:"page_address"`
		State    string `json:"subscription_state" example:"active"`
		Every    string `json:"every" example:"workdays"`
		When     string `json:"when"`
		Mail     bool   `json:"by_mail"`
		Files    string `json:"files" example:"xlsx"`
		LastStep string `json:"last_step" example:"sent"`
		LastAt   string `json:"last_at"`
	}
)

// listAPI is GET /api/v1/subscriptions.
func (s pages) listAPI(c *fiber.Ctx) error {
	a := kit.AskerOf(c)
	if a.Principal.ViewingAs() {
		return s.Denied(c, a, "own")
	}
	ctx, cancel := kit.Asking(c)
	defer cancel()
	p := i18n.For(s.Here(c).Lang)
	kept, err := s.Config.Queries.Subscriptions(ctx, a.Principal.Account())
	if err != nil {
		return err
	}
	reply := subscriptionsJSON{Subscriptions: []subscriptionJSON{}}
	for _, one := range kept {
		row := subscriptionJSON{ID: one.Subscription.Subscription, Name: one.Name, Page: one.Address, State: one.State, Every: one.Every, When: subscription.Words(one.Subscription, p),
			Mail: one.Mail, Files: one.Files, LastStep: one.Step}
		if subscription.Stopped(one) {
			row.State = "stopped"
		}
		if one.SettledAt.Unix() > 0 {
			row.LastAt = dashboards.Moment(one.SettledAt)
		}
		reply.Subscriptions = append(reply.Subscriptions, row)
	}
	return c.JSON(reply)
}
