package issues

import (
	"context"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/auth"
	"jianfu/internal/creditcode"
	"jianfu/internal/handling"
	"jianfu/internal/i18n"
	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// issuePage is the contents of an issue's page.
type issuePage struct {
	kit.Frame
	*dashboards.IssuePage
	Crumbs     []kit.Link
	Seq        uint32
	Main, Else []issueAction // what the reader may do: what leads on, and what leaves the state
	MayComment bool
	MayAttach  bool
	Typed      typedAction
	Choices    issueChoices
}

// issueAsked is an issue as a reader asked for it.
type issueAsked struct {
	st      kit.State
	printer *i18n.Printer
	shown   handling.Shown
	mates   []auth.Account // who may see issues of its region
}

// askIssue finds the issue of a path.
func (s pages) askIssue(ctx context.Context, c *fiber.Ctx) (issueAsked, error) {
	st, err := kit.PlainState(c)
	a := issueAsked{st: st, printer: i18n.For(st.Lang)}
	if err != nil {
		return a, err
	}
	if a.shown, err = s.Config.Issues.Numbered(ctx, kit.ScopeOf(c), kit.Shortened(c.Params("number"))); err != nil {
		return a, statusOfIssue(err)
	}
	a.mates, err = s.Config.Accounts.Colleagues(ctx, kit.AskerOf(c).Principal, access.IssuesRead, a.shown.Region)
	return a, err
}

// statusOfIssue gives the problems of the ledger the status that they have as answers.
func statusOfIssue(err error) error {
	switch problem.Code(err) {
	case "desk_no_issue":
		return kit.Status(fiber.StatusNotFound, err)
	case "desk_region_hidden", "ledger_not_you":
		return kit.Status(fiber.StatusForbidden, err)
	case "ledger_changed":
		return kit.Status(fiber.StatusConflict, err)
	}
	if kit.ForUser(err) {
		return kit.Status(fiber.StatusUnprocessableEntity, err)
	}
	return err
}

// path is the address of the issue, without parameters.
func (a *issueAsked) path() string { return view.IssuePath(a.shown.Number) }

// actor is the reader in the ledger's eyes.
func actor(c *fiber.Ctx) ledger.Actor {
	p := kit.AskerOf(c).Principal
	return ledger.Actor{Account: p.Account(), Scope: p.Scope(access.IssuesRead), Write: p.Can(access.IssuesWrite), Approve: p.Can(access.IssuesApprove)}
}

// issueShow is GET /issues/:number.
func (s pages) issueShow(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.askIssue(ctx, c)
	if err != nil {
		return err
	}
	if err := s.sawIssue(c, &a); err != nil {
		return err
	}
	return s.sendIssue(ctx, c, &a, typedAction{}, nil)
}

// sawIssue notes in the audit log that somebody looked at what is about a unit, or names a person to call.
func (s pages) sawIssue(c *fiber.Ctx, a *issueAsked) error {
	if a.shown.Contact != "" && kit.AskerOf(c).Principal.Can(access.IssuesWrite) {
		if err := s.Viewed(c, audit.IssueViewed, a.shown.Number, "unit", a.shown.Unit, "page", a.path()[1:]); err != nil {
			return err
		}
	}
	if a.shown.Unit == "" {
		return nil
	}
	return s.Viewed(c, audit.UnitViewed, a.shown.Unit, "page", a.path()[1:])
}

// issueView is what the page and the JSON of an issue are made from.
func (s pages) issueView(ctx context.Context, c *fiber.Ctx, a *issueAsked) (dashboards.IssueView, error) {
	shown := &a.shown
	v := dashboards.IssueView{Issue: shown.Issue, Events: shown.Events, Clock: shown.Clock, Names: map[string]string{}, Numbers: map[string]string{},
		Contact: kit.AskerOf(c).Principal.Can(access.IssuesWrite)}
	if shown.Uncounted != nil {
		v.Uncounted = a.printer.Error(shown.Uncounted)
	}
	accounts := []string{shown.Owner, shown.Handler, shown.RegisteredBy}
	for _, e := range shown.Events {
		accounts = append(accounts, e.By, e.Data.Handler)
		accounts = append(accounts, e.Data.Mentions...)
	}
	var err error
	if v.Names, err = s.Config.Accounts.Names(ctx, accounts); err != nil {
		return v, err
	}
	for _, id := range append(slices.Clone(shown.Absorbed), shown.Into) {
		if id == "" {
			continue
		}
		other, err := s.Config.Issues.Issue(ctx, kit.ScopeOf(c), id)
		switch {
		case err == nil:
			v.Numbers[id] = other.Number
		case problem.Code(err) != "desk_no_issue": // of another region: it is there, and not shown
			return v, err
		}
	}
	if v.Compared = shown.Comparison; shown.Comparison != "" {
		stamp, err := s.Stamp(ctx, kit.ScopeOf(c))
		if err != nil {
			return v, err
		}
		v.Compared = view.ComparisonOf(stamp, queries.View{Comparison: shown.Comparison}).Title
	}
	if shown.Unit != "" {
		r, _, err := s.registered(ctx, c, shown.Unit)
		if err != nil {
			return v, err
		}
		v.UnitName = r.Name
	}
	return v, nil
}

// registered is the last registration of a unit within what the reader may see; none while nothing has been computed.
func (s pages) registered(ctx context.Context, c *fiber.Ctx, unit string) (queries.Registration, bool, error) {
	if !creditcode.Valid(unit) { // whatever it is, nobody is registered under it
		return queries.Registration{}, false, nil
	}
	f, err := s.Config.Figures(ctx)
	if problem.Code(err) == "no_run" {
		return queries.Registration{}, false, nil
	}
	if err != nil {
		return queries.Registration{}, false, err
	}
	return f.LatestRegistration(ctx, kit.ScopeOf(c), unit)
}

// sendIssue shows the issue; with a problem, why something could not be done, what was typed, and what others did
// meanwhile.
func (s pages) sendIssue(ctx context.Context, c *fiber.Ctx, a *issueAsked, typed typedAction, refusal error) error {
	v, err := s.issueView(ctx, c, a)
	if err != nil {
		return err
	}
	p, may := a.printer, actor(c)
	if problem.Code(refusal) == "ledger_changed" {
		v.Seen = typed.Seq
	}
	page := issuePage{IssuePage: dashboards.NewIssuePage(v, s.issueLinks(c, a), p), Seq: a.shown.Seq, Typed: typed}
	if refusal != nil {
		c.Status(fiber.StatusUnprocessableEntity)
		if code := kit.StatusOf(statusOfIssue(refusal)); code != fiber.StatusNotFound { // which would be of another issue, that the form names
			c.Status(code)
		}
	}
	page.Frame = s.Frame(c, "issues", a.path(), a.st, p, page.Title)
	if refusal != nil && len(page.News) == 0 { // the news say it better
		page.Problem = p.Error(refusal)
	}
	page.Crumbs = []kit.Link{{Text: p.T("web.issues"), Address: page.At("/issues")}, {Text: page.Number, Current: true}}
	page.Choices = s.issueChoices(c, a, typed)
	for _, action := range a.shown.Actions(may) {
		one := issueAction{ID: string(action), Text: dashboards.NewNames(p).Word("issue_do")(string(action)), Words: ledger.NeedsWords(action), Open: typed.Action == action}
		if one.Open {
			one.Typed = typed
		}
		switch {
		case action == ledger.Comment:
			page.MayComment = true
		case action == ledger.Attach:
			page.MayAttach = s.Config.Attachments != nil
		case leadsOn(action):
			page.Main = append(page.Main, one)
		default:
			page.Else = append(page.Else, one)
		}
	}
	page.first(next(&a.shown.Issue))
	return s.Pages.Send(c, a.st.Lang, "issue", &page)
}

// next is what usually comes next for an issue.
func next(i *ledger.Issue) ledger.Action {
	if i.Asked != nil {
		return ledger.GrantExtension
	}
	return map[ledger.State]ledger.Action{ledger.Registered: ledger.Accept, ledger.Escalated: ledger.Accept, ledger.Accepted: ledger.Assign, ledger.Assigned: ledger.Handle,
		ledger.Handling: ledger.Reply, ledger.Waiting: ledger.Resume, ledger.Replied: ledger.Verify, ledger.Proven: ledger.Close, ledger.Verified: ledger.Close, ledger.Returned: ledger.Resubmit}[i.State]
}

// first puts an action, if the reader may do it, before the others.
func (p *issuePage) first(action ledger.Action) {
	for i, one := range p.Main {
		if one.ID == string(action) {
			one.Primary = true
			p.Main = slices.Insert(slices.Delete(p.Main, i, i+1), 0, one)
			return
		}
	}
}

// leadsOn tells whether an action takes an issue from one state to another.
func leadsOn(action ledger.Action) bool {
	return slices.Contains([]ledger.Action{ledger.Accept, ledger.Assign, ledger.Handle, ledger.Wait, ledger.Resume, ledger.Reply, ledger.Verify, ledger.Close,
		ledger.Return, ledger.Resubmit, ledger.Reopen, ledger.Escalate, ledger.Merge, ledger.GrantExtension, ledger.RefuseExtension}, action)
}

// issueLinks is the linker of an issue's page: to what the reader may see.
func (s pages) issueLinks(c *fiber.Ctx, a *issueAsked) dashboards.Linker {
	p, plain := kit.AskerOf(c).Principal, kit.State{Lang: a.st.Lang, Theme: a.st.Theme}
	return func(marks ...string) string {
		if len(marks) < 2 || marks[1] == "" {
			return ""
		}
		id := url.PathEscape(marks[1])
		switch kind := marks[0]; {
		case kind == "issue" && issueNumber.MatchString(marks[1]):
			return plain.URL(view.IssuePath(marks[1]))
		case kind == "unit" && p.Can(access.FiguresUnit):
			return plain.URL("/units/" + id)
		case kind == "case" && p.Can(access.FiguresUnit):
			return plain.URL("/units/" + id)
		case kind == "finding" && view.MayAll(p, view.CaseRights):
			return plain.URL("/findings/" + id)
		case kind == "run" && p.Can(access.PolicyRead):
			return plain.URL("/runs/" + id)
		case kind == "load" && p.Can(access.LoadsRead):
			return plain.URL("/loads/" + id)
		case kind == "file" && p.Can(access.Export):
			named := plain
			named.Extra = url.Values{paramFileName: marks[2:]}
			return named.URL("/download" + a.path() + "/files/" + id)
		}
		return ""
	}
}
