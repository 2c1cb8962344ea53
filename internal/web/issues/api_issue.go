package issues

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/access"
	"jianfu/internal/ledger"
	"jianfu/internal/money"
	"jianfu/internal/web/kit"
)

// issueOperations are the JSON of the pages of issues. Those with words of their own stand before the issue's number.
func (s pages) issueOperations() []kit.Operation {
	return []kit.Operation{
		{Path: kit.APIRoot + "/issues", Rights: issueRights, Handler: s.issuesAPI, Reply: issuesJSON{}, Parameters: kit.And(IssueViewing, kit.ParamSort, kit.ParamPage, kit.ParamPerPage)},
		{Path: kit.APIRoot + "/issues/mine", Rights: issueRights, Handler: s.issuesMineAPI, Reply: issuesMineJSON{}},
		{Path: kit.APIRoot + "/issues/statistics", Rights: issueRights, Handler: s.issueStatisticsAPI, Reply: issueStatisticsJSON{}, Parameters: IssueViewing},
		{Path: kit.APIRoot + "/issues/bureaus", Rights: issueRights, Handler: s.issueBureausAPI, Reply: issueBureausJSON{}, Parameters: IssueViewing},
		{Path: kit.APIRoot + "/issues/:number", Rights: issueRights, Handler: s.issueAPI, Reply: issueJSON{}},
	}
}

// issueHeadJSON is what an issue is, without its history.
type issueHeadJSON struct {
	Number       string     `json:"number" example:"320500-2019-000001"`
	Suppressed   bool       `json:"suppressed,omitempty"` // then no unit, words, severity, money and clock are there
	State        string     `json:"state" choice:"issue_state"`
	Source       string     `json:"source" choice:"issue_source"`
	Nature       string     `json:"nature" choice:"issue_nature"`
	Category     string     `json:"category" choice:"issue_category"`
	Severity     string     `json:"severity,omitempty" choice:"issue_severity"`
	Title        string     `json:"title"`
	UnitID       string     `json:"unit_id,omitempty"`
	Region       string     `json:"region"`
	Industry     string     `json:"industry,omitempty"`
	Size         string     `json:"size,omitempty"`
	Bureau       string     `json:"bureau"`
	Owner        string     `json:"owner"`
	Handler      string     `json:"handler,omitempty"`
	RaisedOn     string     `json:"raised_on"`
	RegisteredAt time.Time  `json:"registered_at"`
	ClockFrom    time.Time  `json:"clock_from"` // from when on the days of its limit count
	RepliedAt    *time.Time `json:"replied_at,omitempty"`
	VerifiedAt   *time.Time `json:"verified_at,omitempty"`
	ClosedAt     *time.Time `json:"closed_at,omitempty"`
	Found        money.Fen  `json:"found"`
	Corrected    money.Fen  `json:"corrected"`
	Exempted     money.Fen  `json:"exempted"`
	Outstanding  money.Fen  `json:"outstanding"`
	Reassessed   money.Fen  `json:"reassessed"`
	Reopened     int        `json:"reopened"`
	Escalated    int        `json:"escalated"`

	Clock     *issueClockJSON `json:"clock,omitempty"`
	Uncounted string          `json:"uncounted,omitempty"`
}

type issueJSON struct {
	issueHeadJSON
	Seq          uint32            `json:"seq"`
	Text         string            `json:"text"`
	Contact      string            `json:"contact,omitempty"` // for who handles issues
	RegisteredBy string            `json:"registered_by"`
	Run          uint32            `json:"run,omitempty"`
	MeasuredRun  uint32            `json:"measured_run,omitempty"`
	Comparison   string            `json:"comparison,omitempty"`
	From         string            `json:"from,omitempty" example:"2019-05"`
	To           string            `json:"to,omitempty" example:"2019-12"`
	Reasons      []issueReasonJSON `json:"reasons"`
	Exemption    string            `json:"exemption,omitempty" choice:"issue_exemption"`
	Files        []issueFileJSON   `json:"files"`
	Links        []issueLinkJSON   `json:"links"`
	Events       []issueEventJSON  `json:"events"`
	Actions      []string          `json:"actions"`
}

type issueReasonJSON struct {
	Reason string    `json:"reason"`
	Amount money.Fen `json:"amount"`
}

type issueClockJSON struct {
	Pace  string `json:"pace" choice:"issue_pace"`
	Limit int    `json:"limit"`
	Due   string `json:"due" example:"2019-06-06"`
	Used  int    `json:"used"`
	Left  int    `json:"left"`
}

type issueFileJSON struct {
	Name   string `json:"name"`
	Type   string `json:"type" example:"application/pdf"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

type issueLinkJSON struct {
	To string `json:"to" choice:"issue_link"`
	ID string `json:"id"`
}

type issueEventJSON struct {
	Seq    uint32    `json:"seq"`
	Action string    `json:"action" choice:"issue_action"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Words  string    `json:"words,omitempty"`
}

// since is a time that may not have come yet.
func since(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// issueAPI is GET /api/v1/issues/:number.
func (s pages) issueAPI(c *fiber.Ctx) error {
	ctx, cancel := kit.Asking(c)
	defer cancel()
	a, err := s.askIssue(ctx, c)
	if err != nil {
		return err
	}
	if err := s.sawIssue(c, &a); err != nil {
		return err
	}
	i := a.shown.Issue
	reply := issueJSON{issueHeadJSON: headOf(&i),
		Seq: i.Seq, Text: i.Text, RegisteredBy: i.RegisteredBy, Run: i.Run, MeasuredRun: i.MeasuredRun, Comparison: i.Comparison,
		From: i.From, To: i.To, Exemption: string(i.Exemption), Reasons: []issueReasonJSON{}, Files: []issueFileJSON{}, Links: []issueLinkJSON{}, Events: []issueEventJSON{},
		Actions: kit.Words(i.Actions(actor(c)))}
	if kit.AskerOf(c).Principal.Can(access.IssuesWrite) {
		reply.Contact = i.Contact
	}
	reply.Clock, reply.Uncounted = clockOf(a.printer, a.shown.Clock, a.shown.Uncounted)
	for _, r := range i.Reasons {
		reply.Reasons = append(reply.Reasons, issueReasonJSON{r.Reason, r.Amount})
	}
	for _, f := range i.Files {
		reply.Files = append(reply.Files, issueFileJSON{f.Name, f.Type, f.Size, f.SHA256})
	}
	for _, l := range i.Links {
		reply.Links = append(reply.Links, issueLinkJSON{string(l.To), l.ID})
	}
	for _, e := range a.shown.Events {
		reply.Events = append(reply.Events, issueEventJSON{e.Seq, string(e.Action), e.At, e.By, e.Words})
	}
	return c.JSON(reply)
}

// issueActions are the words of all steps of an issue.
var issueActions = append(kit.Words(ofPeople), string(ledger.Register), string(ledger.Absorb), string(ledger.Measure), string(ledger.Cure), string(ledger.Relapse))
