package ledger

import "slices"

// Actor is who acts: an account and what it may. Whether the issue lies in its regions is decided before.
type Actor struct {
	Account string
	Write   bool // registers, handles and verifies
	Approve bool // grants extensions and exemptions
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

// rule is what an action needs and where it leads.
type rule struct {
	action Action
	from   []State
	to     State // "" leaves the state as it is
	who    who
	words  bool // a reason must be given
}

var open = []State{Registered, Accepted, Assigned, Handling, Waiting, Replied, Returned, Escalated}

// rules are all there is; an action that is not here in a state is refused in it.
var rules = []rule{
	{Accept, []State{Registered, Escalated}, Accepted, writer, false},
	{Assign, []State{Accepted, Assigned, Handling}, Assigned, owner, false},
	{Handle, []State{Accepted, Assigned}, Handling, handler, false},
	{Wait, []State{Handling}, Waiting, handler, true},
	{Resume, []State{Waiting}, Handling, handler, false},
	{Reply, []State{Handling}, Replied, handler, true},
	{Verify, []State{Replied}, Verified, another, false},
	{Close, []State{Verified}, Closed, another, false},
	{Return, []State{Registered, Accepted, Assigned}, Returned, writer, true},
	{Resubmit, []State{Returned}, Registered, writer, true},
	{Reopen, []State{Replied, Verified, Closed}, Handling, writer, true},
	{Escalate, []State{Accepted, Assigned, Handling, Waiting}, Escalated, owner, true},
	{Merge, open, Merged, writer, true},

	{Classify, open, "", writer, true},
	{Comment, States, "", writer, true},
	{Attach, States, "", writer, false},
	{Relate, States, "", writer, false},
	{AskExtension, []State{Accepted, Assigned, Handling, Waiting}, "", owner, true},
	{GrantExtension, open, "", approver, false},
	{RefuseExtension, open, "", approver, true},
	{Exempt, open, "", approver, true},
	{Absorb, open, "", writer, false},

	{Measure, States, "", system, false},
	{Cure, []State{Registered, Accepted, Assigned, Handling, Waiting, Replied, Returned, Escalated}, Verified, system, false},
	{Relapse, []State{Verified, Closed}, Handling, system, false},
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

// Actions lists what somebody may do with an issue now, in the order of the rules.
func (i Issue) Actions(a Actor) []Action {
	var actions []Action
	for _, r := range rules {
		switch {
		case !slices.Contains(r.from, i.State) || !r.allows(i, a) || r.who == system:
		case (r.action == GrantExtension || r.action == RefuseExtension) && i.Asked == nil:
		case r.action == AskExtension && i.Asked != nil:
		case r.action == Exempt && !i.ByData():
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
