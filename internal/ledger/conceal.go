package ledger

// Conceal is what of an issue somebody may see who must not know whom it is about, because the unit has so few persons that
// its money is what one of them earns: how it came in, of what kind it is, and who deals with it when. There is no unit, no
// money, no severity, which tells how much it is, and nothing that anybody wrote, which may name both. Which issues these are the store says, in the view issues_seen.
func (i Issue) Conceal() Issue {
	seen := Issue{
		ID: i.ID, Number: i.Number, Seq: i.Seq, State: i.State, Source: i.Source, Nature: i.Nature, Category: i.Category,
		Region: i.Region, RaisedOn: i.RaisedOn, Bureau: i.Bureau, Home: i.Home, RegisteredBy: i.RegisteredBy, Owner: i.Owner, Handler: i.Handler,
		Replier: i.Replier, RegisteredAt: i.RegisteredAt, ClockFrom: i.ClockFrom, AcceptedAt: i.AcceptedAt, RepliedAt: i.RepliedAt, VerifiedAt: i.VerifiedAt,
		ClosedAt: i.ClosedAt, ChangedAt: i.ChangedAt, Pauses: i.Pauses, Extended: i.Extended, Run: i.Run, MeasuredRun: i.MeasuredRun,
		Reopened: i.Reopened, Escalated: i.Escalated, Into: i.Into, Absorbed: i.Absorbed, Comments: i.Comments, Concealed: true,
	}
	if i.Asked != nil {
		seen.Asked = &Asked{By: i.Asked.By, At: i.Asked.At, Days: i.Asked.Days}
	}
	return seen
}

// Conceal is what of a step of such an issue the same may see: what was done, when, and by whom. It can be replayed no more.
func (e Event) Conceal() Event {
	return Event{Issue: e.Issue, Seq: e.Seq, Action: e.Action, At: e.At, By: e.By}
}
