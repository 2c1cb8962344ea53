package ledger

import (
	"slices"

	"jianfu/internal/filter"
)

// Actor is who acts: an account, what it may and where. Whether the issue lies in its regions is decided before; whether
// the bureau that holds the issue does is decided here.
type Actor struct {
	Account string
	Scope   filter.Scope // the bureaus for which it may act are those whose whole region lies in it
	Write   bool         // registers, handles and verifies
	Approve bool         // grants extensions and exemptions
}

// who is in what relation to an issue somebody must be to act.
type who int

const (
	writer   who = iota // whoever writes in the ledger
	owner               // who answers for it
	handler             // who handles it
	another             // a writer who is not the one who replied
	approver            // who approves, and did not ask
	system              // jianfu itself
)

// standing is for whom somebody must be able to act.
type standing int

const (
	anyone standing = iota // whoever sees the issue
	bureau                 // the bureau that holds it; a city does not act for its province
	given                  // the bureau, or by its order: the handler whom it named
	sender                 // the bureau, or whoever registered the issue there
)

// rule is what an action needs and where it leads.
type rule struct {
	action Action
	from   []State
	to     State // "" leaves the state as it is
	who    who
	acts   standing
	words  bool // a reason must be given
}

var (
	open  = []State{Registered, Accepted, Assigned, Handling, Waiting, Replied, Returned, Escalated}
	ended = []State{Proven, Verified, Closed}
	alive = slices.Concat(open, ended) // all but merged issues, whose money another one has
)

// rules are all there is; an action that is not here in a state is refused in it.
var rules = []rule{
	{Accept, []State{Registered, Escalated}, Accepted, writer, bureau, false},
	{Assign, []State{Accepted, Assigned, Handling}, Assigned, owner, bureau, false},
	{Handle, []State{Accepted, Assigned}, Handling, handler, given, false},
	{Wait, []State{Handling}, Waiting, handler, given, true},
	{Resume, []State{Waiting}, Handling, handler, given, false},
	{Reply, []State{Handling}, Replied, handler, given, true},
	{Verify, []State{Replied, Proven}, Verified, another, bureau, false},
	{Close, []State{Proven, Verified}, Closed, another, bureau, false},
	{Return, []State{Registered, Accepted, Assigned}, Returned, writer, bureau, true},
	{Resubmit, []State{Returned}, Registered, writer, sender, true},
	{Reopen, []State{Replied, Proven, Verified, Closed}, Handling, writer, bureau, true},
	{Escalate, []State{Accepted, Assigned, Handling, Waiting}, Escalated, owner, bureau, true},
	{Merge, open, Merged, writer, bureau, true},

	{Classify, open, "", writer, given, true},
	{Comment, States, "", writer, anyone, true},
	{Attach, States, "", writer, anyone, false},
	{Relate, States, "", writer, anyone, false},
	{AskExtension, []State{Accepted, Assigned, Handling, Waiting}, "", owner, given, true},
	{GrantExtension, open, "", approver, bureau, false},
	{RefuseExtension, open, "", approver, bureau, true},
	{Exempt, open, "", approver, bureau, true},
	{Absorb, alive, "", writer, bureau, false},

	{Measure, States, "", system, anyone, false},
	{Cure, open, Proven, system, anyone, false},
	{Relapse, ended, Handling, system, anyone, false},
	{Reassess, alive, "", system, anyone, false},
}

// ruleOf is the rule of an action in a state.
func ruleOf(action Action, state State) (rule, bool) {
	for _, r := range rules {
		if r.action == action && slices.Contains(r.from, state) {
			return r, true
		}
	}
	return rule{}, false
}

// allows tells whether somebody stands in the relation that a rule asks for.
func (r rule) allows(i Issue, a Actor) bool {
	if a.Account == System {
		return true
	}
	if !r.stands(i, a) {
		return false
	}
	switch r.who {
	case writer:
		return a.Write
	case owner: // and whoever approves, so that work of somebody absent can be given to another
		return a.Write && (a.Account == i.Owner || a.Account == i.Handler) || a.Approve
	case handler: // who was given it, or whoever takes on what nobody was given
		return a.Write && (a.Account == i.Handler || i.Handler == "")
	case another:
		return a.Write && a.Account != i.Replier
	case approver:
		return a.Approve && (i.Asked == nil || i.Asked.By != a.Account)
	}
	return false
}

// stands tells whether somebody can act for whom a rule asks.
func (r rule) stands(i Issue, a Actor) bool {
	switch r.acts {
	case anyone:
		return true
	case given:
		return a.Account == i.Handler || a.Holds(i)
	case sender:
		return a.Account == i.RegisteredBy || a.Holds(i)
	}
	return a.Holds(i)
}

// Holds tells whether somebody acts for the bureau that holds an issue.
func (a Actor) Holds(i Issue) bool { return a.Scope.Allows(i.Bureau) }

// Actions lists what somebody may do with an issue now, in the order of the rules.
func (i Issue) Actions(a Actor) []Action {
	var actions []Action
	for _, r := range rules {
		switch {
		case !slices.Contains(r.from, i.State) || !r.allows(i, a) || r.who == system:
		case (r.action == GrantExtension || r.action == RefuseExtension) && i.Asked == nil:
		case r.action == AskExtension && i.Asked != nil:
		case r.action == Exempt && (!i.ByData() || i.Cured()):
		case r.action == Verify && i.ByData() && !i.Cured(): // the data say when
		case r.action == Absorb: // goes with the merge of the other issue
		default:
			actions = append(actions, r.action)
		}
	}
	return actions
}

// NeedsWords tells whether an action must say why.
func NeedsWords(action Action) bool {
	return slices.ContainsFunc(rules, func(r rule) bool { return r.action == action && r.words })
}
