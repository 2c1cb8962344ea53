package dashboards

import (
	"strings"

	"jianfu/internal/ledger"
	"jianfu/internal/money"
)

// IssueEntry is one step of an issue's history.
type IssueEntry struct {
	Seq     uint32
	At, Who string
	Action  Mark
	To      Mark // the state that it led to; without an id where it left the state
	Words   []string
	Details []LinkedFact
	File    *IssueFile
	System  bool // jianfu's own
	New     bool // the reader had not seen it
}

// history are all steps, the first first; each says what it changed.
func (b issueBuilder) history() []IssueEntry {
	var entries []IssueEntry
	var before ledger.Issue
	for _, e := range b.v.Events {
		if b.v.Issue.Concealed { // then steps do not say what they changed
			entries = append(entries, b.entry(e))
			continue
		}
		after, err := before.Apply(e)
		if err != nil { // the page shows what was replayed, so there is none
			break
		}
		entry := b.entry(e)
		entry.Details = b.changes(e, before, after)
		if after.State != before.State {
			entry.To = b.mark("issue_state", string(after.State))
		}
		if e.Action == ledger.Attach {
			file := b.file(*e.Data.File)
			entry.File = &file
		}
		entries = append(entries, entry)
		before = after
	}
	return entries
}

// entry is a step by itself, without what it changed.
func (b issueBuilder) entry(e ledger.Event) IssueEntry {
	return IssueEntry{Seq: e.Seq, At: Moment(e.At), Who: b.who(e.By), Action: b.mark("issue_action", string(e.Action)), Words: paragraphs(e.Words),
		System: e.By == ledger.System, New: b.v.Seen > 0 && e.Seq > b.v.Seen}
}

// changes are what a step changed besides the state.
func (b issueBuilder) changes(e ledger.Event, before, after ledger.Issue) []LinkedFact {
	p := b.p
	var details []LinkedFact
	yuan := func(f money.Fen) string { return p.T("web.amount.yuan", "amount", exact(f)) }
	add := func(key, value, link string) {
		details = append(details, LinkedFact{p.T("web.issue.fact." + key), value, link})
	}
	fromTo := func(key, list, was, is string) {
		if was != is {
			add(key, p.T("web.issue.from_to", "from", b.names.Word(list)(was), "to", b.names.Word(list)(is)), "")
		}
	}
	if e.Action == ledger.Register {
		return nil // the page's other parts show what was registered
	}
	if after.Owner != before.Owner {
		add("owner", b.who(after.Owner), "")
	}
	if after.Handler != before.Handler && after.Handler != "" {
		add("handler", b.who(after.Handler), "")
	}
	if after.Bureau != before.Bureau {
		add("bureau", b.names.Bureau(after.Bureau), "")
	}
	fromTo("nature", "issue_nature", string(before.Nature), string(after.Nature))
	fromTo("category", "issue_category", string(before.Category), string(after.Category))
	fromTo("severity", "issue_severity", string(before.Severity), string(after.Severity))
	switch e.Action {
	case ledger.AskExtension:
		add("days", p.N("web.issue.workdays", e.Data.Days), "")
	case ledger.GrantExtension:
		add("days", p.N("web.issue.workdays", after.Extended-before.Extended), "")
	case ledger.Exempt:
		add("exemption", b.names.Word("issue_exemption")(string(e.Data.Exemption)), "")
	case ledger.Merge, ledger.Absorb:
		number := b.number(e.Data.Into)
		add("other", number, b.link.to("issue", number))
		if sums := e.Data.Sums; sums != nil {
			add(map[ledger.Action]string{ledger.Merge: "moved", ledger.Absorb: "taken"}[e.Action], yuan(sums.Found), "")
		}
	case ledger.Relate:
		add("link", b.names.Word("issue_link")(string(e.Data.Link.To))+" "+e.Data.Link.ID, b.link.to(string(e.Data.Link.To), e.Data.Link.ID))
	case ledger.Measure, ledger.Cure, ledger.Relapse, ledger.Reassess:
		add("run", p.T("web.issue.run", "run", e.Data.Run), "")
		if after.Corrected != before.Corrected {
			add("corrected", yuan(after.Corrected-before.Corrected), "")
		}
		if after.Reassessed != before.Reassessed {
			add("reassessed", yuan(after.Reassessed-before.Reassessed), "")
		}
		add("outstanding", yuan(after.Outstanding), "")
	}
	if len(e.Data.Mentions) > 0 {
		var people []string
		for _, account := range e.Data.Mentions {
			people = append(people, b.who(account))
		}
		add("mentions", strings.Join(people, p.T("web.list_separator")), "")
	}
	return details
}
