package issues

import (
	"github.com/gofiber/fiber/v2"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/burden"
	"jianfu/internal/handling"
	"jianfu/internal/i18n"
	"jianfu/internal/ledger"
	"jianfu/internal/money"
	"jianfu/internal/web/kit"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// IssueViewing are the parameters that say which issues are meant.
var IssueViewing = []string{kit.ParamRegion, kit.ParamIndustry, kit.ParamSize, paramStatus, paramSource, paramNature, paramCategory, paramSeverity, paramDue, paramAge, paramMoney,
	kit.ParamCause, paramMain, paramBureau, paramOnly, paramOwner, paramHandler, paramWho, paramMentioned, paramAsked, kit.ParamUnit, kit.ParamSearch, kit.ParamSince, kit.ParamUntil}

type issuesJSON struct {
	LeastPersons uint64          `json:"least_persons,omitempty"` // issues about units with fewer are suppressed for this reader, and sums are without them
	Total        uint64          `json:"total"`
	Page         uint64          `json:"page"`
	PerPage      uint64          `json:"per_page"`
	Sums         issueCountJSON  `json:"sums"`
	Issues       []issueHeadJSON `json:"issues"`
}

// issueCountJSON is what issues come to.
type issueCountJSON struct {
	Issues      uint64          `json:"issues"`
	Open        uint64          `json:"open"`
	DueToday    uint64          `json:"due_today"`
	Overdue     uint64          `json:"overdue"`
	InTime      uint64          `json:"in_time"`
	Late        uint64          `json:"late"`
	Uncounted   uint64          `json:"uncounted"`
	Closed      uint64          `json:"closed"`
	Reopened    uint64          `json:"reopened"`
	Escalated   uint64          `json:"escalated"`
	MedianDays  *workday.Halves `json:"median_days"` // null while nothing is answered
	Found       money.Fen       `json:"found"`
	Corrected   money.Fen       `json:"corrected"`
	Exempted    money.Fen       `json:"exempted"`
	Outstanding money.Fen       `json:"outstanding"`
	Reassessed  money.Fen       `json:"reassessed"`
}

type issueMemberJSON struct {
	Key  string `json:"key"`
	Name string `json:"name"`

	Counts issueCountJSON `json:"counts"`
}

type issueFunnelJSON struct {
	Step   string    `json:"step" choice:"issue_state"`
	States string    `json:"states"`
	Issues uint64    `json:"issues"`
	Found  money.Fen `json:"found"`
}

type issueAgeJSON struct {
	Age    string `json:"age" choice:"issue_age"`
	Pace   string `json:"pace" choice:"issue_paces"`
	Issues uint64 `json:"issues"`
}

type issueStatisticsJSON struct {
	LeastPersons uint64            `json:"least_persons,omitempty"`
	Total        issueCountJSON    `json:"total"`
	Funnel       []issueFunnelJSON `json:"funnel"`
	Ageing       []issueAgeJSON    `json:"ageing"`
	ByRegion     []issueMemberJSON `json:"by_region"`
	ByReason     []issueMemberJSON `json:"by_reason"`
	ByIndustry   []issueMemberJSON `json:"by_industry"`
	BySize       []issueMemberJSON `json:"by_size"`
	BySource     []issueMemberJSON `json:"by_source"`
	ByCategory   []issueMemberJSON `json:"by_category"`
	ByHandler    []issueMemberJSON `json:"by_handler"`
}

type issueBureausJSON struct {
	LeastPersons uint64            `json:"least_persons,omitempty"`
	Total        issueCountJSON    `json:"total"`
	Bureaus      []issueMemberJSON `json:"bureaus"`
}

type issuesMineJSON struct {
	LeastPersons uint64          `json:"least_persons,omitempty"`
	Open         issueCountJSON  `json:"open"`
	DueToday     uint64          `json:"due_today"`
	Overdue      uint64          `json:"overdue"`
	Soon         uint64          `json:"soon"`
	Asked        uint64          `json:"asked"`
	Mentions     uint64          `json:"mentions"`
	Lists        []issueListJSON `json:"lists"`
}

type issueListJSON struct {
	Kind   string          `json:"kind" choice:"issue_mine"`
	Total  uint64          `json:"total"`
	Issues []issueHeadJSON `json:"issues"`
}

// headOf is an issue without its history.
func headOf(i *ledger.Issue) issueHeadJSON {
	return issueHeadJSON{Number: i.Number, Suppressed: i.Concealed, State: string(i.State), Source: string(i.Source), Nature: string(i.Nature), Category: string(i.Category),
		Severity: string(i.Severity), Title: i.Title, UnitID: i.Unit, Region: i.Region, Industry: i.Industry, Size: i.Size, Bureau: i.Bureau, Owner: i.Owner, Handler: i.Handler,
		RaisedOn: i.RaisedOn, RegisteredAt: i.RegisteredAt, ClockFrom: i.ClockFrom, RepliedAt: since(i.RepliedAt), VerifiedAt: since(i.VerifiedAt), ClosedAt: since(i.ClosedAt), Found: i.Found, Corrected: i.Corrected,
		Exempted: i.Exempted, Outstanding: i.Outstanding, Reassessed: i.Reassessed, Reopened: i.Reopened, Escalated: i.Escalated}
}

// clockOf is an issue's clock, or why there is none.
func clockOf(p *i18n.Printer, clock *ledger.Clock, uncounted error) (*issueClockJSON, string) {
	if clock == nil {
		return nil, p.Error(uncounted)
	}
	return &issueClockJSON{string(clock.Pace), clock.Limit, clock.Due.String(), clock.Used, clock.Left}, ""
}

func issueLines(p *i18n.Printer, rows []handling.Row) []issueHeadJSON {
	lines := []issueHeadJSON{}
	for i := range rows {
		line := headOf(&rows[i].Issue)
		line.Clock, line.Uncounted = clockOf(p, rows[i].Clock, rows[i].Uncounted)
		lines = append(lines, line)
	}
	return lines
}

func countOf(c queries.IssueCount) issueCountJSON {
	return issueCountJSON{c.Issues, c.Open, c.DueToday, c.Overdue, c.InTime, c.Late, c.Uncounted, c.Closed, c.Reopened, c.Escalated, c.Median(), c.Found, c.Corrected, c.Exempted, c.Outstanding, c.Reassessed}
}

// members are a dimension of the statistics.
func (a *issueCounted) members(dimension string) []issueMemberJSON {
	counts := dashboards.NewIssueCounts(a.names, nil, a.printer)
	members := []issueMemberJSON{}
	for _, row := range counts.Ordered(dimension, a.by[dimension]) {
		members = append(members, issueMemberJSON{row.Key, counts.Member(dimension, row.Key), countOf(row)})
	}
	return members
}

// issuesAPI is GET /api/v1/issues.
func (s pages) issuesAPI(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.findIssues(ctx, c)
	if err != nil {
		return err
	}
	if err := s.Listed(c, "issues", len(a.rows)); err != nil {
		return err
	}
	return c.JSON(issuesJSON{LeastPersons: s.LeastOf(c), Total: a.found.Issues, Page: a.page, PerPage: a.perPage, Sums: countOf(a.total), Issues: issueLines(a.printer, a.rows)})
}

// issueStatisticsAPI is GET /api/v1/issues/statistics.
func (s pages) issueStatisticsAPI(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.countIssues(ctx, c)
	if err != nil {
		return err
	}
	reply := issueStatisticsJSON{LeastPersons: s.LeastOf(c), Total: countOf(a.total), Funnel: []issueFunnelJSON{}, Ageing: []issueAgeJSON{}, ByRegion: a.members("region"), ByReason: a.members("reason"),
		ByIndustry: a.members("industry"), BySize: a.members("size"), BySource: a.members("source"), ByCategory: a.members("category"), ByHandler: a.members("handler")}
	for _, step := range a.steps {
		reply.Funnel = append(reply.Funnel, issueFunnelJSON{string(step.Step), step.State, step.Issues, step.Found})
	}
	for _, row := range a.ageing {
		reply.Ageing = append(reply.Ageing, issueAgeJSON{row.Key, row.Second, row.Issues})
	}
	return c.JSON(reply)
}

// issueBureausAPI is GET /api/v1/issues/bureaus.
func (s pages) issueBureausAPI(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.countBureaus(ctx, c)
	if err != nil {
		return err
	}
	return c.JSON(issueBureausJSON{s.LeastOf(c), countOf(a.total), a.members("bureau")})
}

// issuesMineAPI is GET /api/v1/issues/mine.
func (s pages) issuesMineAPI(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	who, p := kit.AskerOf(c).Principal, i18n.For(s.Here(c).Lang)
	mine, err := s.Minding(ctx, who)
	if err != nil {
		return err
	}
	reply := issuesMineJSON{LeastPersons: s.LeastOf(c), Open: countOf(mine.Open), DueToday: mine.DueToday, Overdue: mine.Overdue, Soon: mine.Soon, Asked: mine.Asked, Mentions: mine.Mentions, Lists: []issueListJSON{}}
	for _, kind := range mineKinds(who.Account(), who.Can(access.IssuesApprove)) {
		rows, found, err := s.ListIssues(ctx, kit.ScopeOf(c), kind.filter, handling.IssueSort{By: "due"}, handling.Page{Most: mostOfMine})
		if err != nil {
			return err
		}
		reply.Lists = append(reply.Lists, issueListJSON{kind.id, found.Issues, issueLines(p, rows)})
		if err := s.Listed(c, "issues/mine", len(rows)); err != nil {
			return err
		}
	}
	return c.JSON(reply)
}

// issuesParameters are what operations of this topic take beside the common ones.
var issuesParameters = map[string]kit.APIParameter{
	"number":       {Form: issueNumber, Example: "320500-2019-000001"},
	paramStatus:    {Choices: statuses, Any: true, Several: true},
	paramSource:    {Choices: kit.Words(ledger.Sources), Any: true},
	paramNature:    {Choices: kit.Words(ledger.Natures), Any: true},
	paramCategory:  {Choices: kit.Words(ledger.Categories), Any: true},
	paramSeverity:  {Choices: kit.Words(ledger.Severities), Any: true},
	paramDue:       {Choices: queries.IssuePaces, Any: true},
	paramAge:       {Choices: queries.IssueAges, Any: true},
	paramMoney:     {Choices: queries.IssueMoneys, Any: true},
	paramMain:      {Choices: append(kit.Ids(burden.Reasons), queries.NobodyOrNothing), Any: true},
	paramBureau:    {Form: bureauForm, Example: "320500"},
	paramOnly:      {Form: bureauForm, Example: "320500"},
	paramOwner:     {Form: accountForm, Example: "chenming"},
	paramHandler:   {Form: accountForm, Example: "chenming"},
	paramWho:       {Form: accountForm, Example: "chenming"},
	paramMentioned: {Form: accountForm, Example: "chenming"},
	paramAsked:     {Choices: []string{"yes"}, Any: true},
}

// issuesChoices are the lists of the ledger.
var issuesChoices = map[string][]string{
	"issue_state":     kit.Words(ledger.States),
	"issue_source":    kit.Words(ledger.Sources),
	"issue_nature":    kit.Words(ledger.Natures),
	"issue_category":  kit.Words(ledger.Categories),
	"issue_severity":  kit.Words(ledger.Severities),
	"issue_exemption": kit.Words(ledger.Exemptions),
	"issue_link":      kit.Words(ledger.LinkKinds),
	"issue_action":    issueActions,
	"issue_age":       queries.IssueAges,
	"issue_paces":     queries.IssuePaces,
	"issue_mine":      {"own", "asked", "mentions"},
	"issue_pace":      kit.Words([]ledger.Pace{ledger.OnTime, ledger.DueToday, ledger.Overdue, ledger.Paused, ledger.InTime, ledger.Late}),
}
