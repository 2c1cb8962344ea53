package ledger

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"jianfu/internal/creditcode"
	"jianfu/internal/filter"
	"jianfu/internal/problem"
	"jianfu/internal/region"
	"jianfu/internal/typed"
	"jianfu/internal/workday"
)

// Bounds of what an event may say.
const (
	LongestTitle = 200    // characters
	LongestWords = 10_000 // characters
	mostDays     = 60     // working days of one extension
)

var zero time.Time

// Replay makes an issue of its events, in order.
func Replay(events []Event) (Issue, error) {
	var issue Issue
	for _, e := range events {
		next, err := issue.Apply(e)
		if err != nil {
			return issue, err
		}
		issue = next
	}
	return issue, nil
}

// Do is what somebody does with an issue: the event, if it may be, and the issue after it.
func (i Issue) Do(a Actor, e Event) (Event, Issue, error) {
	e.Issue, e.Seq, e.By = i.ID, i.Seq+1, a.Account
	r, ok := ruleOf(e.Action, i.State)
	if !ok {
		return e, i, problem.New("ledger_not_now", "action", e.Action, "state", i.State)
	}
	if !r.allows(i, a) {
		return e, i, problem.New("ledger_not_you", "action", e.Action)
	}
	if err := e.Data.reaches(e.Action, i); err != nil {
		return e, i, err
	}
	next, err := i.Apply(e)
	return e, next, err
}

// reaches refuses bureaus that an issue cannot go to, and exemptions of nothing. Replay does not ask: older programs did not.
func (d Data) reaches(action Action, i Issue) error {
	switch {
	case action == Register && region.Known(d.Bureau) && !filter.Regions(d.Bureau).Allows(d.Region):
		return problem.New("ledger_other_bureau", "bureau", d.Bureau, "region", d.Region)
	case action == Escalate && region.Known(d.Bureau) && (d.Bureau == i.Bureau || !filter.Regions(d.Bureau).Allows(i.Bureau)):
		return problem.New("ledger_other_bureau", "bureau", d.Bureau, "region", i.Bureau)
	case action == Exempt && i.ByData() && i.Cured():
		return problem.New("ledger_nothing_to_exempt")
	}
	return nil
}

// Begin is the registration of a new issue with that id.
func Begin(a Actor, id string, e Event) (Event, Issue, error) {
	if !a.Write && a.Account != System {
		return e, Issue{}, problem.New("ledger_not_you", "action", Register)
	}
	e.Issue, e.Seq, e.By, e.Action = id, 1, a.Account, Register
	if err := e.Data.reaches(Register, Issue{}); err != nil {
		return e, Issue{}, err
	}
	issue, err := Issue{}.Apply(e)
	return e, issue, err
}

// Apply is the issue after one event more. It refuses what the rules do not allow whoever did it, so that a history that
// replays is a valid one; who may was asked by Do when it happened.
func (i Issue) Apply(e Event) (Issue, error) {
	e.Words = strings.TrimSpace(e.Words)
	if err := e.check(i); err != nil {
		return i, err
	}
	next := i.clone()
	next.Seq, next.ChangedAt = e.Seq, e.At
	if e.Action == Register {
		next.register(e)
		return next, nil
	}
	r, ok := ruleOf(e.Action, i.State)
	if !ok {
		return i, problem.New("ledger_not_now", "action", e.Action, "state", i.State)
	}
	if r.words && e.Words == "" {
		return i, problem.New("ledger_reason_missing", "action", e.Action)
	}
	if err := next.act(e); err != nil {
		return i, err
	}
	if r.to != "" {
		next.leave(i.State, e)
		next.State = r.to
	} else if slices.Contains(ended, i.State) && i.Cured() && !next.Cured() { // money has come to an issue that had ended
		next.Reopened++
		next.leave(i.State, e)
		next.startAnew(e.At)
		next.State = Handling
	}
	return next, nil
}

// check refuses an event that does not follow on the issue or says what no event can.
func (e Event) check(i Issue) error {
	switch {
	case e.Seq != i.Seq+1:
		return problem.New("ledger_changed", "seq", e.Seq, "last", i.Seq)
	case i.Seq > 0 && e.Issue != i.ID:
		return problem.New("ledger_other_issue", "id", e.Issue)
	case (i.Seq == 0) != (e.Action == Register):
		return problem.New("ledger_not_now", "action", e.Action, "state", i.State)
	case e.At.Before(i.ChangedAt):
		return problem.New("ledger_time_backwards", "at", e.At.UTC().Format("2006-01-02T15:04:05Z"))
	case e.By == "":
		return problem.New("ledger_not_you", "action", e.Action)
	case utf8.RuneCountInString(e.Words) > LongestWords || utf8.RuneCountInString(e.Data.Text) > LongestWords:
		return problem.New("ledger_too_long", "most", LongestWords)
	case !typed.Clean(e.Words) || !typed.Clean(e.Data.Text) || !typed.Clean(e.Data.Title) || !typed.Clean(e.Data.Contact):
		return problem.New("ledger_unseen")
	}
	return e.Data.check(e.Action)
}

// check refuses words that are in no list, and what an action cannot be without.
func (d Data) check(action Action) error {
	if err := errors.Join(known("source", Sources, d.Source), known("nature", Natures, d.Nature), known("category", Categories, d.Category),
		known("severity", Severities, d.Severity), known("exemption", Exemptions, d.Exemption)); err != nil {
		return err
	}
	missing := func(name string) error { return Missing(action, name) }
	switch action {
	case Register:
		switch {
		case d.Number == "":
			return missing("number")
		case typed.Line(d.Title) == "":
			return missing("title")
		case utf8.RuneCountInString(d.Title) > LongestTitle:
			return problem.New("ledger_too_long", "most", LongestTitle)
		case d.Source == "":
			return missing("source")
		case d.Nature == "":
			return missing("nature")
		case d.Category == "":
			return missing("category")
		case d.Severity == "":
			return missing("severity")
		case !region.Known(d.Region) || !region.Known(d.Bureau):
			return missing("region")
		case d.RaisedOn != "" && d.RaisedOn < workday.Earliest.String():
			return problem.New("ledger_bad_day", "day", d.RaisedOn)
		case d.ClockFrom != "" && d.ClockFrom != d.RaisedOn:
			return problem.New("ledger_bad_day", "day", d.ClockFrom)
		case d.Unit != "" && !creditcode.Valid(d.Unit):
			return problem.New("ledger_bad_unit", "unit", d.Unit)
		case d.Found < 0:
			return missing("found")
		}
	case Assign:
		if d.Handler == "" {
			return missing("handler")
		}
	case Escalate:
		if !region.Known(d.Bureau) {
			return missing("bureau")
		}
	case AskExtension:
		if d.Days < 1 || d.Days > mostDays {
			return problem.New("ledger_bad_days", "days", d.Days, "most", mostDays)
		}
	case Exempt:
		if d.Exemption == "" {
			return missing("exemption")
		}
	case Merge, Absorb:
		if d.Into == "" {
			return missing("into")
		}
	case Attach:
		if d.File == nil || d.File.SHA256 == "" || d.File.Name == "" {
			return missing("file")
		}
	case Relate:
		if d.Link == nil || !in(LinkKinds, d.Link.To) || d.Link.ID == "" {
			return missing("link")
		}
	case Measure, Cure, Relapse, Reassess:
		if d.Run == 0 {
			return missing("run")
		}
	}
	return nil
}

func (i *Issue) register(e Event) {
	d := e.Data
	*i = Issue{
		ID: e.Issue, Number: d.Number, Seq: e.Seq, State: Registered,
		Source: d.Source, Nature: d.Nature, Category: d.Category, Severity: d.Severity, Title: strings.TrimSpace(d.Title), Text: d.Text,
		Unit: d.Unit, Region: d.Region, Industry: d.Industry, Size: d.Size, Contact: d.Contact, RaisedOn: d.RaisedOn, Bureau: d.Bureau, Home: d.Bureau,
		RegisteredBy: e.By, Owner: e.By, RegisteredAt: e.At, ClockFrom: e.At, ChangedAt: e.At,
		Run: d.Run, Comparison: d.Comparison, From: d.From, To: d.To, Months: slices.Clone(d.Months), Reasons: slices.Clone(d.Reasons),
		Sums: Sums{Found: d.Found, Outstanding: d.Found}, MeasuredRun: d.Run,
	}
	if d.Link != nil {
		i.Links = []Link{*d.Link}
	}
	if from, err := workday.ParseDate(d.ClockFrom); err == nil {
		i.ClockFrom = from.Start().UTC()
	}
}

// SinceRaised lets the clock run from the day on which the issue was raised, where that is before the day of its registration:
// a backlog that is brought in at once has waited already.
func (d Data) SinceRaised(registered time.Time) Data {
	if d.RaisedOn != "" && d.RaisedOn < workday.DateOf(registered).String() {
		d.ClockFrom = d.RaisedOn
	}
	return d
}

// act does what an action does beside its state.
func (i *Issue) act(e Event) error {
	d := e.Data
	switch e.Action {
	case Accept:
		i.AcceptedAt = e.At
		if i.State == Escalated { // the upper bureau takes over, with a clock of its own
			i.Owner, i.Handler = e.By, ""
			i.restart(e.At)
		} else if i.Owner == System {
			i.Owner = e.By
		}
	case Assign:
		if d.Handler == i.Handler {
			return problem.New("ledger_same_handler", "handler", d.Handler)
		}
		if i.State != Accepted && e.Words == "" {
			return problem.New("ledger_reason_missing", "action", e.Action)
		}
		i.Handler = d.Handler
	case Handle: // from here on the handler answers for it
		i.Handler, i.Owner = e.By, e.By
	case Wait:
		i.Pauses = append(i.Pauses, Pause{From: e.At})
	case Reply:
		i.RepliedAt, i.Replier = e.At, e.By
	case Verify:
		if i.ByData() && !i.Cured() {
			return problem.New("ledger_not_cured", "outstanding", i.Outstanding, "run", i.MeasuredRun)
		}
		i.VerifiedAt = e.At
	case Close:
		i.ClosedAt = e.At
	case Return: // to where it came from
		i.Bureau, i.Handler = i.Home, ""
	case Reopen:
		i.Reopened++
	case Escalate:
		i.Escalated++
		i.Bureau, i.Handler = d.Bureau, ""
	case Merge:
		return i.merge(d)
	case Absorb:
		return i.absorb(d)
	case Classify:
		i.classify(d)
	case Comment:
		i.Comments++
	case Attach:
		i.Files = append(i.Files, *d.File)
	case Relate:
		if !slices.Contains(i.Links, *d.Link) {
			i.Links = append(i.Links, *d.Link)
		}
	case AskExtension:
		if i.Asked != nil {
			return problem.New("ledger_extension_asked", "by", i.Asked.By)
		}
		i.Asked = &Asked{By: e.By, At: e.At, Days: d.Days, Reason: e.Words}
	case GrantExtension, RefuseExtension:
		if i.Asked == nil {
			return problem.New("ledger_no_extension")
		}
		if i.Asked.By == e.By {
			return problem.New("ledger_own_extension")
		}
		if e.Action == GrantExtension {
			i.Extended += i.Asked.Days
		}
		i.Asked = nil
	case Exempt:
		if !i.ByData() {
			return problem.New("ledger_nothing_to_exempt")
		}
		i.Exemption, i.Sums = d.Exemption, i.exempt()
	case Measure, Cure, Relapse:
		return i.measure(e)
	case Reassess:
		return i.reassess(d)
	}
	return nil
}

// classify changes what is given.
func (i *Issue) classify(d Data) {
	if d.Nature != "" {
		i.Nature = d.Nature
	}
	if d.Category != "" {
		i.Category = d.Category
	}
	if d.Severity != "" {
		i.Severity = d.Severity
	}
}

// measure takes down what a run shows.
func (i *Issue) measure(e Event) error {
	d := e.Data
	if i.State == Merged { // as older programs did; the money is the other issue's
		return nil
	}
	if !i.ByData() {
		return problem.New("ledger_not_by_data")
	}
	if d.Run <= i.MeasuredRun {
		return problem.New("ledger_old_run", "run", d.Run, "last", i.MeasuredRun)
	}
	if err := i.take(d); err != nil {
		return err
	}
	i.MeasuredRun, i.To = d.Run, max(i.To, d.To)
	i.Months = months(i.Months, d.Months)
	switch e.Action {
	case Cure:
		if !i.Cured() {
			return problem.New("ledger_not_cured", "outstanding", i.Outstanding, "run", i.MeasuredRun)
		}
		i.VerifiedAt = e.At
	case Relapse:
		if i.Outstanding <= 0 {
			return problem.New("ledger_no_relapse", "run", d.Run)
		}
		i.Reopened++
		if d.Sums == nil {
			i.Exemption = ""
		}
	}
	return nil
}

// reassess takes down what another pack or rule makes of the records that were measured last.
func (i *Issue) reassess(d Data) error {
	if !i.ByData() || d.Sums == nil {
		return problem.New("ledger_not_by_data")
	}
	if d.Run < i.MeasuredRun {
		return problem.New("ledger_old_run", "run", d.Run, "last", i.MeasuredRun)
	}
	if d.Sums.Found != i.Found || d.Sums.Corrected != i.Corrected {
		return problem.New("ledger_not_corrected", "run", d.Run)
	}
	return i.take(d)
}

// months are those of two lists.
func months(a, b []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(a, b))))
}

// leave ends what belongs to the state that is left.
func (i *Issue) leave(from State, e Event) {
	if from == Waiting && len(i.Pauses) > 0 {
		i.Pauses[len(i.Pauses)-1].To = e.At
	}
	if e.Action == Reopen || e.Action == Relapse {
		i.startAnew(e.At)
	}
}

// startAnew begins the work on an issue once more, with a clock that starts anew.
func (i *Issue) startAnew(at time.Time) {
	i.restart(at)
	i.RepliedAt, i.VerifiedAt, i.ClosedAt, i.Replier = zero, zero, zero, ""
}

// restart sets the clock back.
func (i *Issue) restart(at time.Time) {
	i.ClockFrom, i.Pauses, i.Extended, i.Asked = at, nil, 0, nil
}

// clone keeps what was from being changed by what comes.
func (i Issue) clone() Issue {
	i.Pauses, i.Reasons, i.Absorbed = slices.Clone(i.Pauses), slices.Clone(i.Reasons), slices.Clone(i.Absorbed)
	i.Months = slices.Clone(i.Months)
	i.Links, i.Files = slices.Clone(i.Links), slices.Clone(i.Files)
	if i.Asked != nil {
		asked := *i.Asked
		i.Asked = &asked
	}
	if i.Moved != nil {
		moved := *i.Moved
		i.Moved = &moved
	}
	return i
}
