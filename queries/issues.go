package queries

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"jianfu/internal/filter"
	"jianfu/internal/ledger"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/internal/store"
)

// issueEvent is an event as it is stored, with what the issue is after it.
type issueEvent struct {
	IssueID      string    `ch:"issue_id"`
	Seq          uint32    `ch:"seq"`
	Nonce        string    `ch:"nonce"`
	Action       string    `ch:"action"`
	At           time.Time `ch:"at"`
	By           string    `ch:"by"`
	Event        string    `ch:"event"`
	Issue        string    `ch:"issue"`
	Number       string    `ch:"number"`
	State        string    `ch:"state"`
	Source       string    `ch:"source"`
	Nature       string    `ch:"nature"`
	Category     string    `ch:"category"`
	Severity     string    `ch:"severity"`
	Title        string    `ch:"title"`
	UnitID       string    `ch:"unit_id"`
	RegionCode   string    `ch:"region_code"`
	IndustryCode string    `ch:"industry_code"`
	Size         string    `ch:"size"`
	Bureau       string    `ch:"bureau"`
	RegisteredBy string    `ch:"registered_by"`
	Owner        string    `ch:"owner"`
	Handler      string    `ch:"handler"`
	RegisteredAt time.Time `ch:"registered_at"`
	ClockFrom    time.Time `ch:"clock_from"`
	RepliedAt    time.Time `ch:"replied_at"`
	VerifiedAt   time.Time `ch:"verified_at"`
	ClosedAt     time.Time `ch:"closed_at"`
	Pauses       [][]any   `ch:"pauses"`
	Extended     uint16    `ch:"extended"`
	Asked        bool      `ch:"asked"`
	RunID        uint32    `ch:"run_id"`
	MeasuredRun  uint32    `ch:"measured_run"`
	Comparison   string    `ch:"comparison"`
	PeriodFrom   uint32    `ch:"period_from"`
	PeriodTo     uint32    `ch:"period_to"`
	Found        money.Fen `ch:"found"`
	Corrected    money.Fen `ch:"corrected"`
	Exempted     money.Fen `ch:"exempted"`
	Outstanding  money.Fen `ch:"outstanding"`
	Reassessed   money.Fen `ch:"reassessed"`
	Reasons      []string  `ch:"reasons"`
	Exemption    string    `ch:"exemption"`
	Reopened     uint16    `ch:"reopened"`
	Escalated    uint16    `ch:"escalated"`
	Mentions     []string  `ch:"mentions"`
	Hash         string    `ch:"hash"`
}

const insertIssueEvents = `INSERT INTO issue_events (issue_id, seq, nonce, action, at, by, event, issue, number, state, source, nature, category,
	severity, title, unit_id, region_code, industry_code, size, bureau, registered_by, owner, handler, registered_at, clock_from, replied_at,
	verified_at, closed_at, pauses, extended, asked, run_id, measured_run, comparison, period_from, period_to, found, corrected, exempted,
	outstanding, reassessed, reasons, exemption, reopened, escalated, mentions, hash)`

const insertIssueHeads = `INSERT INTO issue_heads (issue_id, seq, at, issue, number, state, source, nature, category, severity, title, unit_id,
	region_code, industry_code, size, bureau, registered_by, owner, handler, registered_at, clock_from, replied_at, verified_at, closed_at, pauses,
	extended, asked, run_id, measured_run, comparison, period_from, period_to, found, corrected, exempted, outstanding, reassessed, reasons,
	exemption, reopened, escalated)`

// stored is an event with what the issue is after it, in the columns of the table.
func stored(e ledger.Event, after ledger.Issue, nonce string) (issueEvent, error) {
	event, err := json.Marshal(e)
	if err != nil {
		return issueEvent{}, err
	}
	issue, err := json.Marshal(after)
	if err != nil {
		return issueEvent{}, err
	}
	row := issueEvent{
		IssueID: e.Issue, Seq: e.Seq, Nonce: nonce, Action: string(e.Action), At: e.At, By: e.By, Event: string(event), Issue: string(issue),
		Number: after.Number, State: string(after.State), Source: string(after.Source), Nature: string(after.Nature), Category: string(after.Category),
		Severity: string(after.Severity), Title: after.Title, UnitID: after.Unit, RegionCode: after.Region, IndustryCode: after.Industry, Size: after.Size,
		Bureau: after.Bureau, RegisteredBy: after.RegisteredBy, Owner: after.Owner, Handler: after.Handler,
		RegisteredAt: after.RegisteredAt, ClockFrom: after.ClockFrom, RepliedAt: never(after.RepliedAt), VerifiedAt: never(after.VerifiedAt),
		ClosedAt: never(after.ClosedAt), Pauses: [][]any{}, Extended: uint16(after.Extended), Asked: after.Asked != nil, //nolint:gosec // bounded by the ledger
		RunID: after.Run, MeasuredRun: after.MeasuredRun, Comparison: after.Comparison, Found: after.Found, Corrected: after.Corrected,
		Exempted: after.Exempted, Outstanding: after.Outstanding, Reassessed: after.Reassessed,
		Reasons: []string{}, Exemption: string(after.Exemption), Reopened: uint16(after.Reopened), Escalated: uint16(after.Escalated), //nolint:gosec // few
		Mentions: slices.Concat([]string{}, e.Data.Mentions),
	}
	for _, p := range after.Pauses {
		row.Pauses = append(row.Pauses, []any{p.From, never(p.To)})
	}
	reasons := slices.SortedFunc(slices.Values(after.Reasons), func(a, b ledger.Reason) int {
		return cmp.Or(cmp.Compare(b.Amount, a.Amount), strings.Compare(a.Reason, b.Reason))
	})
	for _, r := range reasons {
		row.Reasons = append(row.Reasons, r.Reason)
	}
	row.PeriodFrom, row.PeriodTo = monthNumber(after.From), monthNumber(after.To)
	return row, nil
}

// monthNumber is a month as the table has it, 0 for none.
func monthNumber(text string) uint32 {
	m, err := period.Parse(text)
	if err != nil {
		return 0
	}
	return uint32(m)
}

// never writes a time that has not come yet as the table has it.
func never(t time.Time) time.Time {
	if t.IsZero() {
		return time.Unix(0, 0).UTC()
	}
	return t
}

//go:embed issue/winner.sql
var issueWinnerSQL string

// AppendIssueStep writes a step and what the issue is after it. Of several writers who saw the same issue one wins; the
// others get the problem ledger_changed, and nothing of theirs is written. Where the engine ended without an answer, the store
// is asked whether the step stands.
func (q *Queries) AppendIssueStep(ctx context.Context, step LedgerStep) error {
	row, e := step.row, step.Event
	inserted := store.InsertOnce(ctx, q.db, insertIssueEvents, fmt.Sprintf("%s:%d", e.Issue, e.Seq), []issueEvent{row})
	type winner struct {
		Nonce string `ch:"nonce"`
	}
	won, err := store.One[winner](ctx, q.db, issueWinnerSQL, store.Params{"issue": e.Issue, "seq": e.Seq})
	switch {
	case err != nil && inserted != nil:
		return fmt.Errorf("write step %d of issue %s: %w", e.Seq, e.Issue, inserted)
	case err != nil:
		return fmt.Errorf("read back step %d of issue %s: %w", e.Seq, e.Issue, err)
	case won.Nonce != row.Nonce:
		return problem.New("ledger_changed", "seq", e.Seq, "last", e.Seq)
	}
	if err := store.Insert(ctx, q.db, insertIssueHeads, []issueEvent{row}); err != nil {
		_ = q.MendIssues(ctx) // the step stands; at the latest the next start mends what lists show of it
	}
	return nil
}

// RegisterIssues writes the registrations of new issues, all of them or, where there is an error or a crash, none. The ids
// are nobody else's.
func (q *Queries) RegisterIssues(ctx context.Context, token string, steps []LedgerStep) error {
	rows := make([]issueEvent, len(steps))
	for i := range steps {
		rows[i] = steps[i].row
	}
	if err := store.InsertOnce(ctx, q.db, insertIssueEvents, token, rows); err != nil {
		return fmt.Errorf("register %d issues: %w", len(rows), err)
	}
	return q.MendIssues(ctx)
}

//go:embed issue/events.sql
var issueEventsSQL string

// IssueEvents are all events of an issue, in order; none where there is no such issue within the scope.
func (q *Queries) IssueEvents(ctx context.Context, scope filter.Scope, issue string) ([]ledger.Event, error) {
	type row struct {
		Seq   uint32 `ch:"seq"`
		Nonce string `ch:"nonce"`
		Event string `ch:"event"`
	}
	rows, err := store.Select[row](ctx, q.db, issueEventsSQL, store.Params{"issue": issue, "scope": scope.Prefixes()})
	if err != nil {
		return nil, err
	}
	events := make([]ledger.Event, len(rows))
	for i, r := range rows {
		if err := json.Unmarshal([]byte(r.Event), &events[i]); err != nil {
			return nil, fmt.Errorf("read step %d of issue %s: %w", r.Seq, issue, err)
		}
	}
	return events, nil
}

//go:embed issue/find.sql
var issueFindSQL string

// FindIssue is the id of the issue that bears a number; "" where there is none within the scope.
func (q *Queries) FindIssue(ctx context.Context, scope filter.Scope, number string) (string, error) {
	type row struct {
		Issue string `ch:"issue"`
	}
	rows, err := store.Select[row](ctx, q.db, issueFindSQL, store.Params{"number": number, "scope": scope.Prefixes()})
	if err != nil || len(rows) == 0 {
		return "", err
	}
	return rows[0].Issue, nil
}

//go:embed issue/last_number.sql
var issueLastNumberSQL string

//go:embed issue/number_owner.sql
var issueNumberOwnerSQL string

type issueNumber struct {
	Bureau  string    `ch:"bureau"`
	Year    uint16    `ch:"year"`
	Number  uint32    `ch:"number"`
	IssueID string    `ch:"issue_id"`
	TakenAt time.Time `ch:"taken_at"`
}

// TakeIssueNumbers gives issues the next numbers of a bureau and year, in order, and returns the first. No two issues ever
// get the same one: of several who want the same numbers, who has the first of them has all of his.
func (q *Queries) TakeIssueNumbers(ctx context.Context, bureau string, year int, issues []string, now time.Time) (uint32, error) {
	type last struct {
		Number uint32 `ch:"number"`
	}
	type owner struct {
		Issue string `ch:"issue"`
	}
	p := store.Params{"bureau": bureau, "year": uint16(year)} //nolint:gosec // four digits
	for {
		before, err := store.One[last](ctx, q.db, issueLastNumberSQL, p)
		if err != nil {
			return 0, fmt.Errorf("read the last number of %s in %d: %w", bureau, year, err)
		}
		first := before.Number + 1
		rows := make([]issueNumber, len(issues))
		for i, issue := range issues {
			rows[i] = issueNumber{bureau, uint16(year), first + uint32(i), issue, now} //nolint:gosec // four digits; few
		}
		err = store.InsertOnce(ctx, q.db, `INSERT INTO issue_numbers (bureau, year, number, issue_id, taken_at)`,
			fmt.Sprintf("%s:%d:%d", bureau, year, first), rows)
		if err != nil {
			return 0, fmt.Errorf("take number %d of %s in %d: %w", first, bureau, year, err)
		}
		p["number"] = first
		won, err := store.One[owner](ctx, q.db, issueNumberOwnerSQL, p)
		if err != nil {
			return 0, fmt.Errorf("read back number %d of %s in %d: %w", first, bureau, year, err)
		}
		if won.Issue == issues[0] {
			return first, nil
		}
	}
}

//go:embed issue/known.sql
var issueKnownSQL string

// idsAtOnce is how many ids a statement is asked about at once.
const idsAtOnce = 5000

// KnownIssues are those of some ids that issues have.
func (q *Queries) KnownIssues(ctx context.Context, ids []string) (map[string]bool, error) {
	type row struct {
		Issue string `ch:"issue"`
	}
	known := map[string]bool{}
	for part := range slices.Chunk(ids, idsAtOnce) {
		rows, err := store.Select[row](ctx, q.db, issueKnownSQL, store.Params{"issues": part})
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			known[r.Issue] = true
		}
	}
	return known, nil
}
