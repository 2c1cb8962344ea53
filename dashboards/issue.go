package dashboards

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"jianfu/internal/i18n"
	"jianfu/internal/ledger"
	"jianfu/internal/money"
	"jianfu/internal/period"
)

// Mark is a word of a list: its id, which pages colour it by, and its text.
type Mark struct{ ID, Text string }

// IssueView is what an issue's page is made from.
type IssueView struct {
	Issue     ledger.Issue
	Events    []ledger.Event
	Clock     *ledger.Clock // nil where Uncounted says why
	Uncounted string
	Seen      uint32            // the last step that the reader had seen before; 0 for whoever has just come
	Names     map[string]string // of accounts
	Numbers   map[string]string // of other issues, by their ids
	UnitName  string            // "" where it is not known
	Compared  string            // title of the comparison of the shortfall
	Contact   bool              // whether the reader may see whom to call
	Now       time.Time
}

// IssuePage is the contents of an issue's page.
type IssuePage struct {
	Number, Title     string
	Matter            []string // paragraphs
	State, Severity   Mark
	Pace              Mark // without an id where there is no clock
	Due               string
	Steps             []IssueStep
	Money             *IssueMoney // nil for what is not about money
	Facts, ClockFacts []LinkedFact
	Files             []IssueFile
	Related           []LinkedFact
	History           []IssueEntry
	News              []IssueEntry // of the history, what the reader had not seen
}

// IssueStep is a station on an issue's way.
type IssueStep struct {
	Mark
	At      string // "" for what has not been reached
	Current bool
}

// IssueMoney is the money that an issue is about, in exact yuan.
type IssueMoney struct {
	Found, Corrected, Exempted Cell
	Outstanding, Reassessed    Cell
	HasExempted, HasReassessed bool
	Share                      string // corrected of found
	Meter                      int64  // the same, 0 to 100
	Reasons                    Table
	Window, Comparison         string
	Note                       string // when it was measured last
}

// LinkedFact is a particular that may lead somewhere.
type LinkedFact struct{ Name, Value, Link string }

// IssueFile is an attachment.
type IssueFile struct{ Name, Size, Type, SHA256, Link string }

// issueBuilder makes the contents of one issue's page.
type issueBuilder struct {
	v     IssueView
	p     *i18n.Printer
	names Names
	link  Linker
}

// NewIssuePage makes the contents. Links are of a unit ("unit"), another issue ("issue", by number), a run ("run"), a load
// ("load"), a finding ("finding"), a case ("case") and a file ("file", by hash).
func NewIssuePage(v IssueView, link Linker, p *i18n.Printer) *IssuePage {
	b := issueBuilder{v, p, NewNames(p), link}
	i := v.Issue
	page := &IssuePage{Number: i.Number, Title: IssueTitle(p, i.Title), Matter: paragraphs(i.Text), State: b.mark("issue_state", string(i.State)),
		Severity: b.severity(), Steps: b.steps(), Facts: b.facts(), ClockFacts: b.clock(), Related: b.related()}
	if i.Concealed {
		page.Matter = []string{p.T("web.issue.concealed.text")}
	}
	if c := v.Clock; c != nil {
		page.Pace, page.Due = b.mark("issue_pace", string(c.Pace)), b.due(*c)
	}
	if i.Found != 0 {
		page.Money = b.money()
	}
	for _, f := range i.Files {
		page.Files = append(page.Files, b.file(f))
	}
	page.History = b.history()
	for _, e := range page.History {
		if e.New {
			page.News = append(page.News, e)
		}
	}
	return page
}

// paragraphs are the lines of what people typed.
func paragraphs(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

func (b issueBuilder) mark(list, id string) Mark { return Mark{id, b.names.Word(list)(id)} }

// severity is how bad the issue is, which tells how much it is about.
func (b issueBuilder) severity() Mark {
	if b.v.Issue.Concealed {
		return Mark{Text: b.p.T("web.issue.fact.severity") + b.p.T("web.colon") + Concealed}
	}
	return b.mark("issue_severity", string(b.v.Issue.Severity))
}

// who names an account: the person with the account behind it.
func (b issueBuilder) who(account string) string {
	switch name := b.v.Names[account]; {
	case account == "":
		return NotApplicable
	case account == ledger.System:
		return b.p.T("web.issue.system")
	case name != "" && name != account:
		return b.p.T("web.issue.who", "name", name, "account", account)
	}
	return b.names.Actor(account)
}

// stations are the states that an issue goes through; the others stand beside one of them.
var stations = []ledger.State{ledger.Registered, ledger.Accepted, ledger.Handling, ledger.Replied, ledger.Verified, ledger.Closed}

// stationsOf are the stations of an issue: what data proved was not spoken about with the payer, unless somebody did so later.
func stationsOf(events []ledger.Event) []ledger.State {
	way := slices.Clone(stations)
	for _, e := range slices.Backward(events) {
		switch e.Action {
		case ledger.Cure:
			way[slices.Index(way, ledger.Verified)] = ledger.Proven
			return way
		case ledger.Verify, ledger.Relapse, ledger.Reopen:
			return way
		}
	}
	return way
}

// beside are the states that have no station of their own, and where they stand.
var beside = map[ledger.State]ledger.State{ledger.Assigned: ledger.Accepted, ledger.Waiting: ledger.Handling, ledger.Returned: ledger.Registered, ledger.Escalated: ledger.Registered}

// steps are the stations with the times at which they were reached. What a run verified was never answered, and an issue
// that came back has lost what lay behind its handling.
func (b issueBuilder) steps() []IssueStep {
	i := b.v.Issue
	if i.State == ledger.Merged {
		return nil
	}
	at := i.State
	if place, ok := beside[at]; ok {
		at = place
	}
	var handled time.Time
	for _, e := range b.v.Events {
		switch e.Action {
		case ledger.Handle, ledger.Reopen, ledger.Relapse:
			handled = e.At
		}
	}
	times := map[ledger.State]time.Time{ledger.Registered: i.RegisteredAt, ledger.Accepted: i.AcceptedAt, ledger.Handling: handled,
		ledger.Replied: i.RepliedAt, ledger.Proven: i.VerifiedAt, ledger.Verified: i.VerifiedAt, ledger.Closed: i.ClosedAt}
	var steps []IssueStep
	reached := true
	for _, state := range stationsOf(b.v.Events) {
		step := IssueStep{Mark: b.mark("issue_station", string(state)), Current: state == at}
		if reached && !times[state].IsZero() {
			step.At = Moment(times[state])
		}
		if state == at {
			reached = false
			if i.State != at {
				step.Text = b.p.T("web.issue.station_beside", "station", step.Text, "state", b.names.Word("issue_state")(string(i.State)))
			}
		}
		steps = append(steps, step)
	}
	return steps
}

func (b issueBuilder) money() *IssueMoney {
	i := b.v.Issue
	m := &IssueMoney{Found: yuanCell(i.Found), Corrected: yuanCell(i.Corrected), Exempted: yuanCell(i.Exempted),
		Outstanding: yuanCell(i.Outstanding), Reassessed: yuanCell(i.Reassessed), HasExempted: i.Exempted != 0, HasReassessed: i.Reassessed != 0, Share: percent(b.p, i.Corrected, i.Found),
		Comparison: b.v.Compared, Reasons: Table{ID: "issue_reasons", Title: b.p.T("web.issue.reasons"), Unit: newUnit(b.p, 100, "yuan")}}
	if i.Found > 0 {
		m.Meter = min(100, max(0, permille(i.Corrected, i.Found)/10))
	}
	if w, ok := window(i.From, i.To); ok {
		m.Window = Window(b.p, w)
	}
	if i.Outstanding > 0 {
		m.Outstanding.Tone = ToneIncrease
	}
	m.Note = b.p.T("web.issue.measured", "run", i.MeasuredRun)
	if i.MeasuredRun <= i.Run {
		m.Note = b.p.T("web.issue.not_measured", "run", i.Run)
	}
	m.Reasons.Columns = []Column{{"reason", b.p.T("web.issue.column.reason"), KindText}, {"amount", b.p.T("web.issue.column.found"), KindMoney}}
	var sum money.Fen
	for _, r := range i.Reasons {
		sum += r.Amount
		m.Reasons.Rows = append(m.Reasons.Rows, []Cell{{Text: b.names.Word("reason")(r.Reason)}, yuanCell(r.Amount)})
	}
	if later := i.Found - sum; later > 0 && len(i.Reasons) > 0 {
		sum += later
		m.Reasons.Rows = append(m.Reasons.Rows, []Cell{{Text: b.p.T("web.issue.later")}, yuanCell(later)})
	}
	if len(i.Reasons) > 0 {
		m.Reasons.Total = []Cell{{Text: b.p.T("web.total")}, yuanCell(i.Found)}
		m.Reasons.Sums = CheckEqual
		if sum != i.Found {
			m.Reasons.Sums = CheckWrong
		}
	}
	return m
}

// yuanCell is an amount in exact yuan.
func yuanCell(f money.Fen) Cell { return Cell{Text: exact(f), Raw: f.String()} }

// window reads the months of a shortfall.
func window(from, to string) (period.Range, bool) {
	first, err := period.Parse(from)
	if err != nil {
		return period.Range{}, false
	}
	last, err := period.Parse(to)
	return period.Range{From: first, To: last}, err == nil && first <= last
}

// facts are the particulars of the matter.
func (b issueBuilder) facts() []LinkedFact {
	i, p := b.v.Issue, b.p
	var facts []LinkedFact
	add := func(key, value, link string) {
		if value != "" {
			facts = append(facts, LinkedFact{p.T("web.issue.fact." + key), value, link})
		}
	}
	word := func(list, id string) string { return b.names.Word(list)(id) }
	if i.Unit != "" {
		name := i.Unit
		if b.v.UnitName != "" {
			name = b.v.UnitName + " " + i.Unit
		}
		add("unit", name, b.link.to("unit", i.Unit))
	}
	add("region", b.names.Region(i.Region), "")
	if i.Industry != "" {
		add("industry", b.names.Industry(i.Industry), "")
	}
	if i.Size != "" {
		add("size", word("size", i.Size), "")
	}
	add("source", word("issue_source", string(i.Source)), "")
	add("nature", word("issue_nature", string(i.Nature)), "")
	add("category", word("issue_category", string(i.Category)), "")
	add("raised", i.RaisedOn, "")
	if b.v.Contact {
		add("contact", i.Contact, "")
	}
	add("bureau", b.names.Bureau(i.Bureau), "")
	add("registered", p.T("web.issue.fact.by_at", "who", b.who(i.RegisteredBy), "at", Moment(i.RegisteredAt)), "")
	add("owner", b.who(i.Owner), "")
	add("handler", b.who(i.Handler), "")
	if i.Exemption != "" {
		add("exemption", word("issue_exemption", string(i.Exemption)), "")
	}
	if i.Reopened > 0 {
		add("reopened", p.N("web.issue.times", i.Reopened), "")
	}
	if i.Escalated > 0 {
		add("escalated", p.N("web.issue.times", i.Escalated), "")
	}
	return facts
}

// related are the other things that the issue leads to.
func (b issueBuilder) related() []LinkedFact {
	i, p := b.v.Issue, b.p
	var related []LinkedFact
	issue := func(key, id string) {
		number := b.number(id)
		related = append(related, LinkedFact{p.T("web.issue.related." + key), number, b.link.to("issue", number)})
	}
	if i.Into != "" {
		issue("into", i.Into)
	}
	for _, id := range i.Absorbed {
		issue("absorbed", id)
	}
	for _, l := range i.Links {
		name := b.names.Word("issue_link")(string(l.To))
		related = append(related, LinkedFact{name, l.ID, b.link.to(string(l.To), l.ID)})
	}
	return related
}

// number is that of another issue; who may not see it has its id alone, shortened.
func (b issueBuilder) number(id string) string {
	if number := b.v.Numbers[id]; number != "" {
		return number
	}
	return b.p.T("web.issue.hidden")
}

func (b issueBuilder) file(f ledger.File) IssueFile {
	return IssueFile{Name: f.Name, Size: FileSize(f.Size), Type: f.Type, SHA256: f.SHA256, Link: b.link.to("file", f.SHA256, f.Name)}
}

// FileSize writes a number of bytes.
func FileSize(bytes int64) string {
	switch {
	case bytes < 1<<10:
		return strconv.FormatInt(bytes, 10) + " B"
	case bytes < 1<<20:
		return strconv.FormatInt((bytes+1<<9)>>10, 10) + " KB"
	}
	shift, name := 20, " MB"
	if bytes >= 1<<30 {
		shift, name = 30, " GB"
	}
	tenths := (bytes*10 + 1<<(shift-1)) >> shift
	return strconv.FormatInt(tenths/10, 10) + "." + strconv.FormatInt(tenths%10, 10) + name
}

// due says how an issue does against its limit.
func (b issueBuilder) due(c ledger.Clock) string {
	p := b.p
	switch c.Pace {
	case ledger.Overdue:
		return p.T("web.issue.due.overdue", "days", p.N("web.issue.workdays", -c.Left), "due", c.Due)
	case ledger.DueToday:
		return p.T("web.issue.due.today")
	case ledger.Paused:
		return p.T("web.issue.due.paused", "days", p.N("web.issue.workdays", c.Left))
	case ledger.InTime:
		if c.Used == 0 {
			return p.T("web.issue.due.same_day")
		}
		return p.T("web.issue.due.in_time", "days", p.N("web.issue.workdays", c.Used))
	case ledger.Late:
		return p.T("web.issue.due.late", "days", p.N("web.issue.workdays", -c.Left), "due", c.Due)
	}
	return p.T("web.issue.due.on_time", "days", p.N("web.issue.workdays", c.Left), "due", c.Due)
}

// shortDue is due as lists say it.
func (b issueBuilder) shortDue(c ledger.Clock) string {
	p := b.p
	switch c.Pace {
	case ledger.Overdue:
		return p.T("web.issue.due_short.overdue", "days", p.N("web.issue.workdays", -c.Left), "due", c.Due)
	case ledger.OnTime:
		return p.T("web.issue.due_short.on_time", "days", p.N("web.issue.workdays", c.Left), "due", c.Due)
	}
	return b.names.Word("issue_pace")(string(c.Pace))
}

// clock are the particulars of an issue's time.
func (b issueBuilder) clock() []LinkedFact {
	i, p := b.v.Issue, b.p
	if b.v.Clock == nil {
		return []LinkedFact{{p.T("web.issue.clock.uncounted"), b.v.Uncounted, ""}}
	}
	c := *b.v.Clock
	facts := []LinkedFact{
		{p.T("web.issue.clock.from"), Moment(i.ClockFrom), ""},
		{p.T("web.issue.clock.limit"), p.N("web.issue.workdays", c.Limit), ""},
		{p.T("web.issue.clock.due"), c.Due.String(), ""},
		{p.T("web.issue.clock.used"), p.N("web.issue.workdays", c.Used), ""},
	}
	if i.Extended > 0 {
		facts = append(facts, LinkedFact{p.T("web.issue.clock.extended"), p.N("web.issue.workdays", i.Extended), ""})
	}
	if i.Asked != nil {
		facts = append(facts, LinkedFact{p.T("web.issue.clock.asked"),
			p.T("web.issue.clock.asked_by", "days", p.N("web.issue.workdays", i.Asked.Days), "who", b.who(i.Asked.By), "reason", i.Asked.Reason), ""})
	}
	for _, pause := range i.Pauses {
		until := p.T("web.issue.clock.until_now")
		if !pause.To.IsZero() {
			until = Moment(pause.To)
		}
		facts = append(facts, LinkedFact{p.T("web.issue.clock.pause"), p.T("web.issue.clock.pause_of", "from", Moment(pause.From), "to", until), ""})
	}
	return facts
}

// momentOrNothing is a time that may not have come.
func momentOrNothing(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return Moment(t)
}
