// Package ledger is the life of an issue (问题) in the issue ledger (问题台账), from its registration to its closing (销号).
// An issue is nothing but its events: each is written once, in order, and never changed; what an issue is at a moment is
// what Replay makes of them. The rules of who may do what, when, and what must be said stand here and nowhere else. The
// store keeps the events, the web asks for them; this package knows neither, and is given the time: Limits.Clock says how an issue does against its limit.
//
// The states and steps follow facts on how tax bureaus run their ledgers: 登记, 受理, 转办, 办理, 待反馈, 反馈, 回访, 销号, with 退回, 上报
// and 并案 beside them. Whoever is asked first owns the issue until somebody else has taken it over (首问责任制). An issue
// about a shortfall is proven by the data of a later run or ended by a named exemption, not by anybody's word, and its money
// is accounted for at every step: see Sums. Whoever acts for a bureau has a scope that contains it.
package ledger

import (
	"fmt"
	"slices"
	"time"

	"jianfu/internal/money"
)

// State is where an issue stands.
type State string

// WordKey is where the catalogue has its word.
func (s State) WordKey() string { return "web.issue_state." + string(s) }

// The states, in the order of a life without detours.
const (
	Registered State = "registered" // 已登记
	Accepted   State = "accepted"   // 已受理
	Assigned   State = "assigned"   // 已转办, not taken over yet
	Handling   State = "handling"   // 办理中
	Waiting    State = "waiting"    // 待反馈; the clock stands still
	Replied    State = "replied"    // 已反馈
	Proven     State = "proven"     // 数据核验通过: a run shows that nothing is outstanding
	Verified   State = "verified"   // 已回访: somebody spoke with the payer
	Closed     State = "closed"     // 已销号
	Returned   State = "returned"   // 已退回 to who registered it
	Escalated  State = "escalated"  // 已上报, not accepted there yet
	Merged     State = "merged"     // 已并案
)

// States lists all states, in that order.
var States = []State{Registered, Accepted, Assigned, Handling, Waiting, Replied, Proven, Verified, Closed, Returned, Escalated, Merged}

// Open tells whether something is still to be done.
func (s State) Open() bool { return !slices.Contains(done, s) }

// done are the states in which nothing is left to do, or nothing but to close.
var done = []State{Proven, Verified, Closed, Merged}

// Action is what an event does.
type Action string

// WordKey is where the catalogue has its word.
func (a Action) WordKey() string { return "web.issue_action." + string(a) }

// The actions. Those of the second group leave the state as it is; those of the third are jianfu's own.
const (
	Register Action = "register"
	Accept   Action = "accept"
	Assign   Action = "assign"
	Handle   Action = "handle"
	Wait     Action = "wait"
	Resume   Action = "resume"
	Reply    Action = "reply"
	Verify   Action = "verify"
	Close    Action = "close"
	Return   Action = "return"
	Resubmit Action = "resubmit"
	Reopen   Action = "reopen"
	Escalate Action = "escalate"
	Merge    Action = "merge"

	Classify        Action = "classify"
	Comment         Action = "comment"
	Attach          Action = "attach"
	Relate          Action = "relate"
	AskExtension    Action = "ask_extension"
	GrantExtension  Action = "grant_extension"
	RefuseExtension Action = "refuse_extension"
	Exempt          Action = "exempt"
	Absorb          Action = "absorb" // another issue was merged into this one

	Measure  Action = "measure"  // changed records show how much is outstanding
	Cure     Action = "cure"     // changed records show that nothing is
	Relapse  Action = "relapse"  // changed records show that it has come back
	Reassess Action = "reassess" // another pack or rule says otherwise of records that are the same
)

// System is the account of jianfu itself: of issues that a rule opens, and of what a run shows.
const System = "system"

// Event is one step of an issue's life.
type Event struct {
	Issue  string    `json:"issue"` // id, 32 hexadecimal digits
	Seq    uint32    `json:"seq"`   // from 1; no two events of an issue have the same
	Action Action    `json:"action"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`              // account
	Words  string    `json:"words,omitempty"` // the reason, the reply, the comment
	Data   Data      `json:"data,omitzero"`   // what the action carries besides
}

// Data is what an action carries; which fields count is the action's matter.
type Data struct {
	Number      string    `json:"number,omitempty"`
	Source      Source    `json:"source,omitempty"`
	Nature      Nature    `json:"nature,omitempty"`
	Category    Category  `json:"category,omitempty"`
	Severity    Severity  `json:"severity,omitempty"`
	Title       string    `json:"title,omitempty"`
	Text        string    `json:"text,omitempty"`
	Unit        string    `json:"unit,omitempty"` // unit_id
	Region      string    `json:"region,omitempty"`
	Industry    string    `json:"industry,omitempty"` // of the unit when it was registered
	Size        string    `json:"size,omitempty"`     // likewise
	Contact     string    `json:"contact,omitempty"`
	RaisedOn    string    `json:"raised_on,omitempty"`  // 2019-06-03
	ClockFrom   string    `json:"clock_from,omitempty"` // day from which the clock runs; "" from the registration on
	Bureau      string    `json:"bureau,omitempty"`     // region code of the bureau that it goes to
	Handler     string    `json:"handler,omitempty"`    // account
	Days        int       `json:"days,omitempty"`       // working days of an extension
	Exemption   Exemption `json:"exemption,omitempty"`
	Into        string    `json:"into,omitempty"` // id of the issue that this one is merged into, or that was merged into this one
	Link        *Link     `json:"link,omitempty"`
	File        *File     `json:"file,omitempty"`
	Mentions    []string  `json:"mentions,omitempty"` // accounts
	Run         uint32    `json:"run,omitempty"`
	Comparison  string    `json:"comparison,omitempty"`
	From        string    `json:"from,omitempty"` // window of the shortfall, 2019-05
	To          string    `json:"to,omitempty"`
	Months      []string  `json:"months,omitempty"` // of the window in which there is a shortfall, 2019-05
	Reasons     []Reason  `json:"reasons,omitempty"`
	Found       money.Fen `json:"found,omitempty"`       // what was charged too much, as this run or one before it found
	Outstanding money.Fen `json:"outstanding,omitempty"` // of it in this run
	Sums        *Sums     `json:"sums,omitempty"`        // after what a run shows; of a merge what goes over. Steps before 2026-11-29 have none
}

// Reason is a part of what was charged too much, or, negative, what had come back before it was found.
type Reason struct {
	Reason string    `json:"reason"`
	Amount money.Fen `json:"amount"`
	From   string    `json:"from,omitempty"` // month from which it counts; "" is that of the issue
}

// Link leads from an issue to what it is about.
type Link struct {
	To LinkKind `json:"to"`
	ID string   `json:"id"`
}

// File is an attachment; its contents lie where only its hash finds them.
type File struct {
	Name   string `json:"name"`
	Type   string `json:"type"` // as its contents say
	Size   int64  `json:"size"` // bytes
	SHA256 string `json:"sha256"`
}

// Issue is what the events so far make.
type Issue struct {
	ID     string `json:"id"`
	Number string `json:"number"` // bureau-year-number
	Seq    uint32 `json:"seq"`    // of the last event; who changes the issue names it, so that nobody overwrites what he has not seen
	State  State  `json:"state"`

	Source   Source   `json:"source"`
	Nature   Nature   `json:"nature"`
	Category Category `json:"category"`
	Severity Severity `json:"severity"`
	Title    string   `json:"title"`
	Text     string   `json:"text"`
	Unit     string   `json:"unit,omitempty"`
	Region   string   `json:"region"` // of the matter; who may see it is decided by it
	Industry string   `json:"industry,omitempty"`
	Size     string   `json:"size,omitempty"`
	Contact  string   `json:"contact,omitempty"`
	RaisedOn string   `json:"raised_on"`

	Bureau       string `json:"bureau"`         // region code of the bureau that holds it
	Home         string `json:"home,omitempty"` // that of the bureau where it was registered, to which it returns
	RegisteredBy string `json:"registered_by"`  // account
	Owner        string `json:"owner"`          // who answers for it: whoever was asked first, until another has taken over
	Handler      string `json:"handler,omitempty"`
	Replier      string `json:"replier,omitempty"` // whose reply it is

	RegisteredAt time.Time `json:"registered_at"`
	ClockFrom    time.Time `json:"clock_from"` // when it came to the bureau that has it, or came back
	AcceptedAt   time.Time `json:"accepted_at,omitzero"`
	RepliedAt    time.Time `json:"replied_at,omitzero"`
	VerifiedAt   time.Time `json:"verified_at,omitzero"`
	ClosedAt     time.Time `json:"closed_at,omitzero"`
	ChangedAt    time.Time `json:"changed_at"`
	Pauses       []Pause   `json:"pauses,omitempty"`
	Extended     int       `json:"extended,omitempty"` // working days granted
	Asked        *Asked    `json:"asked,omitempty"`    // an extension that waits for approval

	Run        uint32   `json:"run,omitempty"` // in which it was found
	Comparison string   `json:"comparison,omitempty"`
	From       string   `json:"from,omitempty"`
	To         string   `json:"to,omitempty"`
	Months     []string `json:"months,omitempty"` // in which some run found a shortfall; the data of all of them must be there to say that it is gone
	Reasons    []Reason `json:"reasons,omitempty"`
	Sums
	MeasuredRun uint32    `json:"measured_run,omitempty"` // whose records the sums speak of
	Exemption   Exemption `json:"exemption,omitempty"`
	Moved       *Sums     `json:"moved,omitempty"` // what went over into the issue that this one was merged into

	Reopened  int      `json:"reopened,omitempty"`
	Escalated int      `json:"escalated,omitempty"`
	Into      string   `json:"into,omitempty"`
	Absorbed  []string `json:"absorbed,omitempty"`
	Links     []Link   `json:"links,omitempty"`
	Files     []File   `json:"files,omitempty"`
	Comments  int      `json:"comments,omitempty"`

	Concealed bool `json:"-"` // it is as Conceal leaves it
}

// Pause is a time in which the clock stood still; To is zero while it does.
type Pause struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to,omitzero"`
}

// Asked is an extension that somebody asked for.
type Asked struct {
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Days   int       `json:"days"`
	Reason string    `json:"reason"`
}

// Number is the number of an issue: that of a bureau and year.
func Number(bureau string, year int, n uint32) string {
	return fmt.Sprintf("%s-%d-%06d", bureau, year, n)
}

// ByData tells whether only a run or an exemption can verify the issue: it is about money that a run found.
func (i Issue) ByData() bool { return i.Unit != "" && i.Found > 0 }

// Cured tells whether nothing is outstanding: it came back, is exempted, or was reassessed.
func (i Issue) Cured() bool { return i.Outstanding <= 0 }
