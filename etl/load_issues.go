package etl

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"jianfu/etl/reader"
	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/ledger"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// issues are the issues of a command's files that nobody has registered yet. They are registered at once when all files
// have been read: all of them or none.
type issues struct {
	seen   map[string]bool
	drafts []issueDraft
}

type issueDraft struct {
	id   string
	data ledger.Data
}

func newIssues() *issues { return &issues{seen: map[string]bool{}} }

// unitsAtOnce is how many units are looked up at once.
const unitsAtOnce = 5000

// issueID is what an issue of a file is known by: what its line says. So the same line is one issue, in whatever file and
// however often it comes.
func issueID(i reader.Issue) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{"line", string(i.Source), string(i.Nature), string(i.Category), string(i.Severity), i.Title, i.Unit,
		i.Region, i.RaisedOn, i.Contact, i.Text}, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// issues takes issues in. A line that was registered before, or stands in the file twice, is unchanged.
func (l *load) issues(ctx context.Context) error {
	today := workday.DateOf(l.loader.Now()).String()
	var drafts []issueDraft
	var later, unchanged uint64
	counts, err := l.file.Issues(ctx, func(i reader.Issue, line uint64) error {
		l.progress()
		if i.RaisedOn > today {
			later++
			return l.rejects.addLater(reader.Reject{Line: line, Column: l.file.ColumnName("raised_on"), Value: i.RaisedOn, Code: "issue_raised_later"})
		}
		id := issueID(i)
		if l.waiting.seen[id] {
			unchanged++
			return nil
		}
		l.waiting.seen[id] = true
		if i.RaisedOn == "" {
			i.RaisedOn = today
		}
		drafts = append(drafts, issueDraft{id, ledger.Data{
			Source: i.Source, Nature: i.Nature, Category: i.Category, Severity: i.Severity, Title: i.Title, Text: i.Text, Unit: i.Unit, Region: i.Region,
			Bureau: i.Region, Contact: i.Contact, RaisedOn: i.RaisedOn, Link: &ledger.Link{To: "load", ID: fmt.Sprint(l.row.ID)},
		}})
		return nil
	}, l.rejects.add(ctx))
	if err != nil {
		return fmt.Errorf("read the issues: %w", err)
	}
	ids := make([]string, len(drafts))
	for i, d := range drafts {
		ids[i] = d.id
	}
	known, err := l.loader.Queries.KnownIssues(ctx, ids)
	if err != nil {
		return fmt.Errorf("look for issues that are registered already: %w", err)
	}
	for _, d := range drafts {
		if known[d.id] {
			unchanged++
			continue
		}
		l.waiting.drafts = append(l.waiting.drafts, d)
	}
	l.row.Read, l.row.Rejected, l.row.Unchanged = counts.Read, counts.Rejected+later, unchanged
	l.row.Accepted = counts.Accepted - later - unchanged
	return nil
}

// steps are the registrations of what waits, ready to be written together. Nobody was asked first, so that whoever accepts
// an issue answers for it.
func (w *issues) steps(ctx context.Context, q *queries.Queries, loads []uint32, now time.Time) ([]queries.LedgerStep, error) {
	if len(w.drafts) == 0 {
		return nil, nil
	}
	if err := w.describe(ctx, q, loads); err != nil {
		return nil, err
	}
	now = now.UTC().Truncate(time.Millisecond)
	year := workday.DateOf(now).Year()
	of := map[string][]int{} // by bureau: places of drafts
	var bureaus []string
	for i, d := range w.drafts {
		if of[d.data.Bureau] == nil {
			bureaus = append(bureaus, d.data.Bureau)
		}
		of[d.data.Bureau] = append(of[d.data.Bureau], i)
	}
	for _, bureau := range bureaus {
		var ids []string
		for _, i := range of[bureau] {
			ids = append(ids, w.drafts[i].id)
		}
		first, err := q.TakeIssueNumbers(ctx, bureau, year, ids, now)
		if err != nil {
			return nil, err
		}
		for n, i := range of[bureau] {
			w.drafts[i].data.Number = ledger.Number(bureau, year, first+uint32(n)) //nolint:gosec // lines of a file
		}
	}
	events, after := make([]ledger.Event, len(w.drafts)), make([]ledger.Issue, len(w.drafts))
	for i, d := range w.drafts {
		var err error
		events[i], after[i], err = ledger.Begin(ledger.Actor{Account: ledger.System}, d.id, ledger.Event{At: now, Data: d.data.SinceRaised(now)})
		if err != nil {
			return nil, fmt.Errorf("register %q: %w", d.data.Title, err)
		}
	}
	return queries.FirstLedgerSteps(events, after)
}

// register writes the registrations.
func (w *issues) register(ctx context.Context, q *queries.Queries, steps []queries.LedgerStep) error {
	if len(steps) == 0 {
		if len(w.seen) > 0 { // an earlier try may have been killed before it could do so
			return q.MendIssues(ctx)
		}
		return nil
	}
	all := sha256.New()
	for _, d := range w.drafts {
		all.Write([]byte(d.id)) //nolint:errcheck // never fails
	}
	return q.RegisterIssues(ctx, hex.EncodeToString(all.Sum(nil)), steps)
}

// describe adds what the registrations of the issues' units say.
func (w *issues) describe(ctx context.Context, q *queries.Queries, loads []uint32) error {
	var units []string
	for _, d := range w.drafts {
		if d.data.Unit != "" {
			units = append(units, d.data.Unit)
		}
	}
	if len(units) == 0 {
		return nil
	}
	latest := map[string]contribution.Unit{}
	for part := range slices.Chunk(units, unitsAtOnce) {
		versions, err := q.UnitVersions(ctx, filter.Everything(), loads, part)
		if err != nil {
			return fmt.Errorf("look up the units of issues: %w", err)
		}
		for _, v := range versions {
			if before, there := latest[v.ID]; !there || v.ValidFrom >= before.ValidFrom {
				latest[v.ID] = v
			}
		}
	}
	for i := range w.drafts {
		data := &w.drafts[i].data
		if unit, there := latest[data.Unit]; there {
			data.Industry, data.Size = unit.IndustryCode, unit.Size.String()
		}
	}
	return nil
}
