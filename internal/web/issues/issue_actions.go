package issues

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/auth"
	"jianfu/internal/creditcode"
	"jianfu/internal/i18n"
	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/internal/region"
	"jianfu/internal/web/kit"
)

// issueNumber is what the number of an issue looks like: bureau, year, number.
var issueNumber = regexp.MustCompile(`^\d{6}-\d{4}-\d{6,}$`)

// issueAction is something that the reader may do with an issue, as a small form.
type issueAction struct {
	ID, Text      string
	Words         bool // a reason must be given
	Primary, Open bool
	Typed         typedAction
}

// Bare tells whether the action asks nothing, so that one button does it.
func (a issueAction) Bare() bool {
	switch ledger.Action(a.ID) {
	case ledger.Accept, ledger.Handle, ledger.Resume, ledger.Verify, ledger.Close, ledger.GrantExtension:
		return !a.Words
	}
	return false
}

// shownAction is an action with the page that it stands on.
type shownAction struct {
	issueAction
	Page *issuePage
}

// Form is an action as the templates take it.
func (p *issuePage) Form(a issueAction) shownAction { return shownAction{a, p} }

// Comment is the form of a comment, which is always open.
func (p *issuePage) Comment() shownAction {
	typed := p.Typed
	if typed.Action != ledger.Comment {
		typed = typedAction{}
	}
	return shownAction{issueAction{ID: string(ledger.Comment), Words: true, Typed: typed}, p}
}

// typedAction is what somebody typed, so that nothing is lost when it could not be done.
type typedAction struct {
	Action    ledger.Action
	Seq       uint32
	Words     string
	Handler   string
	Bureau    string
	Into      string
	Nature    string
	Category  string
	Severity  string
	Days      string
	Exemption string
	LinkKind  string
	LinkID    string
	Mentions  []string
}

// issueChoices are the lists of an issue's forms.
type issueChoices struct {
	Handlers, People, Bureaus                           []kit.Option
	Natures, Categories, Severities, Exemptions, Linked []kit.Option
}

// optionsIn are the words of one of the ledger's lists.
func optionsIn[T ~string](p *i18n.Printer, list string, values []T, chosen string) []kit.Option {
	var options []kit.Option
	for _, v := range values {
		options = append(options, kit.Option{Value: string(v), Text: dashboards.NewNames(p).Word(list)(string(v)), Selected: string(v) == chosen})
	}
	return options
}

// issueChoices are the lists, with what was typed or what stands chosen.
func (s pages) issueChoices(c *fiber.Ctx, a *issueAsked, typed typedAction) issueChoices {
	p, i := a.printer, a.shown.Issue
	or := func(typed, now string) string {
		if typed != "" {
			return typed
		}
		return now
	}
	choices := issueChoices{
		Natures:    optionsIn(p, "issue_nature", ledger.Natures, or(typed.Nature, string(i.Nature))),
		Categories: optionsIn(p, "issue_category", ledger.Categories, or(typed.Category, string(i.Category))),
		Severities: optionsIn(p, "issue_severity", ledger.Severities, or(typed.Severity, string(i.Severity))),
		Exemptions: optionsIn(p, "issue_exemption", ledger.Exemptions, typed.Exemption),
		Linked:     optionsIn(p, "issue_link", linkable, typed.LinkKind),
	}
	for _, mate := range a.mates {
		one := kit.Option{Value: mate.Account, Text: mate.Name + " " + mate.Account}
		if mate.Account != kit.AskerOf(c).Account.Account {
			one.Selected = slices.Contains(typed.Mentions, mate.Account)
			choices.People = append(choices.People, one)
		}
		if mayHandle(mate, i.Region) && mate.Account != i.Handler {
			one.Selected = mate.Account == typed.Handler
			choices.Handlers = append(choices.Handlers, one)
		}
	}
	for _, code := range bureausAbove(i.Bureau) {
		choices.Bureaus = append(choices.Bureaus, kit.Option{Value: code, Text: dashboards.NewNames(p).Bureau(code), Selected: code == typed.Bureau})
	}
	return choices
}

// mayHandle tells whether an account can be given an issue of a region.
func mayHandle(a auth.Account, region string) bool {
	return access.New(a.Grant()).Scope(access.IssuesWrite).Allows(region)
}

// bureausAbove are the bureaus above one, the next first.
func bureausAbove(bureau string) []string {
	var above []string
	for code := region.Parent(bureau); code != ""; code = region.Parent(code) {
		above = append(above, code)
	}
	return above
}

// linkable is what people link an issue to; cases and findings are linked when an issue is opened from them.
var linkable = []ledger.LinkKind{"issue", "unit", "run", "load"}

// readTyped reads the form of an action.
func readTyped(c *fiber.Ctx, action ledger.Action) typedAction {
	seq, _ := strconv.ParseUint(kit.Form(c, "seq"), 10, 32) // without one it is 0, and the issue has changed since
	return typedAction{Action: action, Seq: uint32(seq), Words: strings.TrimSpace(kit.Form(c, "words")), Handler: kit.Form(c, "handler"), Bureau: kit.Form(c, "bureau"),
		Into: strings.TrimSpace(kit.Form(c, "into")), Nature: kit.Form(c, "nature"), Category: kit.Form(c, "category"), Severity: kit.Form(c, "severity"),
		Days: strings.TrimSpace(kit.Form(c, "days")), Exemption: kit.Form(c, "exemption"), LinkKind: kit.Form(c, "link"), LinkID: strings.TrimSpace(kit.Form(c, "link_id")),
		Mentions: kit.Forms(c, "mention")}
}

// actionData is what an action carries, of what was typed.
func (s pages) actionData(ctx context.Context, c *fiber.Ctx, a *issueAsked, t *typedAction) (ledger.Data, error) {
	var data ledger.Data
	for _, mate := range a.mates {
		if slices.Contains(t.Mentions, mate.Account) || mentioned(t.Words, mate.Account) {
			data.Mentions = append(data.Mentions, mate.Account)
		}
	}
	switch t.Action {
	case ledger.Assign:
		if t.Handler != "" && !slices.ContainsFunc(a.mates, func(mate auth.Account) bool { return mate.Account == t.Handler && mayHandle(mate, a.shown.Region) }) {
			return data, problem.New("web_issue_no_handler", "account", kit.Shortened(t.Handler))
		}
		data.Handler = t.Handler
	case ledger.Escalate:
		if !slices.Contains(bureausAbove(a.shown.Bureau), t.Bureau) {
			return data, ledger.Missing(t.Action, "bureau")
		}
		data.Bureau = t.Bureau
	case ledger.Classify:
		data.Nature, data.Category, data.Severity = ledger.Nature(t.Nature), ledger.Category(t.Category), ledger.Severity(t.Severity)
	case ledger.AskExtension:
		data.Days, _ = strconv.Atoi(t.Days) // what is no number is 0 days, which the ledger refuses
	case ledger.Exempt:
		data.Exemption = ledger.Exemption(t.Exemption)
	case ledger.Relate:
		return data, s.readLink(ctx, c, t, &data)
	}
	return data, nil
}

// readLink checks what an issue is to be linked to.
func (s pages) readLink(ctx context.Context, c *fiber.Ctx, t *typedAction, data *ledger.Data) error {
	bad := problem.New("web_issue_bad_link", "id", kit.Shortened(t.LinkID))
	id := t.LinkID
	switch ledger.LinkKind(t.LinkKind) {
	case "issue":
		other, err := s.Config.Issues.Numbered(ctx, kit.ScopeOf(c), kit.Shortened(id))
		if err != nil {
			return err
		}
		id = other.Number
	case "unit":
		if !creditcode.Valid(id) {
			return problem.New("ledger_bad_unit", "unit", kit.Shortened(id))
		}
	case "run", "load":
		if n, err := strconv.ParseUint(id, 10, 32); err != nil || n == 0 {
			return bad
		}
	default:
		return bad
	}
	data.Link = &ledger.Link{To: ledger.LinkKind(t.LinkKind), ID: id}
	return nil
}

// mentioned tells whether words name an account as in "@chen".
func mentioned(words, account string) bool {
	for rest := words; ; {
		_, after, found := strings.Cut(rest, "@"+account)
		if !found {
			return false
		}
		if after == "" || !strings.ContainsAny(after[:1], "abcdefghijklmnopqrstuvwxyz0123456789_-") {
			return true
		}
		rest = after
	}
}

// issueAct is POST /issues/:number/:action. What could not be done comes back with what was typed.
func (s pages) issueAct(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.askIssue(ctx, c)
	if err != nil {
		return err
	}
	action := ledger.Action(c.Params("action"))
	if !slices.Contains(ofPeople, action) {
		return kit.Status(fiber.StatusNotFound, problem.New("web_not_found", "path", kit.Shortened(c.Path())))
	}
	typed := readTyped(c, action)
	if err := s.act(ctx, c, &a, &typed); err != nil {
		if !kit.ForUser(err) || problem.Code(err) == "desk_no_issue" && action != ledger.Merge && action != ledger.Relate {
			return statusOfIssue(err)
		}
		s.RecordRefusal(c, err)
		fresh, again := s.askIssue(ctx, c) // with what others did meanwhile
		if again != nil {
			return again
		}
		return s.sendIssue(ctx, c, &fresh, typed, err)
	}
	return s.Back(c, a.path(), "issue_"+string(action))
}

// ofPeople are the actions that people can ask for; those of jianfu itself are not among them.
var ofPeople = []ledger.Action{ledger.Accept, ledger.Assign, ledger.Handle, ledger.Wait, ledger.Resume, ledger.Reply, ledger.Verify, ledger.Close, ledger.Return,
	ledger.Resubmit, ledger.Reopen, ledger.Escalate, ledger.Merge, ledger.Classify, ledger.Comment, ledger.Attach, ledger.Relate, ledger.AskExtension,
	ledger.GrantExtension, ledger.RefuseExtension, ledger.Exempt}

// act does what was typed.
func (s pages) act(ctx context.Context, c *fiber.Ctx, a *issueAsked, t *typedAction) error {
	p := kit.AskerOf(c).Principal
	data, err := s.actionData(ctx, c, a, t)
	if err != nil {
		return err
	}
	seq, err := s.attached(ctx, c, a, t, data)
	if err != nil || t.Action == ledger.Attach {
		return err
	}
	if t.Action == ledger.Merge {
		_, err = s.Config.Issues.Merge(ctx, p, a.shown.ID, seq, t.Into, t.Words)
	} else {
		_, err = s.Config.Issues.Act(ctx, p, a.shown.ID, seq, t.Action, t.Words, data)
	}
	return err
}

// shownSelect is a list of a form, of which something must be chosen.
type shownSelect struct {
	ID, Name, Title, None string
	Options               []kit.Option
}

// Row is a list of the action's form; where nothing stands chosen, it begins with the question.
func (a shownAction) Row(name string, options []kit.Option, ask bool) shownSelect {
	p := i18n.For(a.Page.Here.Lang)
	row := shownSelect{ID: a.ID + "-" + name, Name: name, Title: p.T("web.issue.choose." + name), Options: options}
	if ask {
		row.None = p.T("web.issue.choose")
	}
	return row
}
