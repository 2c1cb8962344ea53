package etl

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// Hold says by how much a run may differ from the published one before it and still be published at once, in per cent. A
// run that differs more is held until somebody confirms it.
type Hold struct {
	First     int // of the records of a store's first run may be without a rate
	Uncovered int // points by which the part of the records without a rate may grow
	Fewer     int // of the records with a rate may be gone
	Totals    int // by which what is owed may move: under the old policy, under the new, and the reduction due
}

// StandardHold is what holds unless somebody says otherwise.
var StandardHold = Hold{First: 50, Uncovered: 1, Fewer: 5, Totals: 10}

// partsShown is how many cities and insurances without a rate are named.
const partsShown = 10

// weigh compares the run, which is not published yet, with the published one, and says by what it differs too much.
func (r *recompute) weigh(ctx context.Context, limits Hold) ([]queries.HoldReason, error) {
	var found []queries.HoldReason
	add := func(code string, namesAndValues ...any) {
		reason := queries.HoldReason{Code: code, Values: map[string]string{}}
		for i := 0; i+1 < len(namesAndValues); i += 2 {
			reason.Values[fmt.Sprint(namesAndValues[i])] = fmt.Sprint(namesAndValues[i+1])
		}
		found = append(found, reason)
	}
	now, before := &r.run, &r.last
	bare := false
	switch {
	case now.Records == 0:
		bare = true
		add("nothing", "records", now.Uncovered)
	case !r.hasLast:
		if bare = over(now.Uncovered, now.Records+now.Uncovered, limits.First); bare {
			add("first", "uncovered", now.Uncovered, "records", now.Records+now.Uncovered, "part", part(now.Uncovered, now.Records+now.Uncovered), "most", limits.First)
		}
	case len(before.Comparisons) > 0: // a run of an earlier program counted what some comparison has or has not
		if bare = grown(before, now, limits.Uncovered); bare {
			add("uncovered", "before", before.Uncovered, "now", now.Uncovered, "part_before", part(before.Uncovered, before.Records+before.Uncovered),
				"part", part(now.Uncovered, now.Records+now.Uncovered), "most", limits.Uncovered)
		}
	}
	if r.hasLast {
		if gone := before.Records - min(before.Records, now.Records); len(before.Comparisons) > 0 && over(gone, before.Records, limits.Fewer) {
			add("fewer", "before", before.Records, "now", now.Records, "part", part(gone, before.Records), "most", limits.Fewer)
		}
		if err := r.weighTotals(ctx, limits, add); err != nil {
			return nil, err
		}
	}
	if bare {
		parts, err := r.q.UncoveredParts(ctx, r.run, r.o.Pack, partsShown)
		if err != nil {
			return nil, fmt.Errorf("look for what the pack has no rate for: %w", err)
		}
		for _, p := range parts {
			add("uncovered_part", "city", p.City, "insurance", p.Insurance, "from", period.Period(p.First), "to", period.Period(p.Last), "records", p.Records)
		}
	}
	if len(found) > 0 && r.hasLast && before.PackHash != now.PackHash {
		found = append([]queries.HoldReason{{Code: "pack", Values: map[string]string{"before": before.PackTitle + " · " + before.PackID, "now": now.PackTitle + " · " + now.PackID,
			"hash_before": before.PackHash[:min(8, len(before.PackHash))], "hash": now.PackHash[:min(8, len(now.PackHash))]}}}, found...)
	}
	return found, nil
}

// over tells whether a part of a whole is more than so many per cent.
func over(some, whole uint64, most int) bool {
	return new(big.Int).Mul(new(big.Int).SetUint64(some), big.NewInt(100)).Cmp(new(big.Int).Mul(new(big.Int).SetUint64(whole), big.NewInt(int64(most)))) > 0
}

// part writes a part of a whole in per cent with one decimal, cut.
func part(some, whole uint64) string {
	if whole == 0 {
		return "0.0"
	}
	tenths := new(big.Int).Div(new(big.Int).Mul(new(big.Int).SetUint64(some), big.NewInt(1000)), new(big.Int).SetUint64(whole)).Int64()
	return fmt.Sprintf("%d.%d", tenths/10, tenths%10)
}

// grown tells whether the part of the records without a rate has grown by more than so many points.
func grown(before, now *queries.Run, most int) bool {
	// now.Uncovered/n − before.Uncovered/b > most/100, with whole numbers
	n, b := new(big.Int).SetUint64(now.Records+now.Uncovered), new(big.Int).SetUint64(before.Records+before.Uncovered)
	if b.Sign() == 0 {
		return now.Uncovered > 0
	}
	left := new(big.Int).Mul(new(big.Int).SetUint64(now.Uncovered), b)
	left.Sub(left, new(big.Int).Mul(new(big.Int).SetUint64(before.Uncovered), n))
	left.Mul(left, big.NewInt(100))
	return left.Cmp(new(big.Int).Mul(new(big.Int).Mul(n, b), big.NewInt(int64(most)))) > 0
}

// weighTotals compares what is owed in the months that both runs show. Where a month's records are the same, the amounts
// are compared as they are; where loads have come, what is owed on each yuan charged is: that is the policy's doing alone.
func (r *recompute) weighTotals(ctx context.Context, limits Hold, add func(code string, namesAndValues ...any)) error {
	pack, err := r.q.PackOf(ctx, r.last)
	if err != nil {
		return fmt.Errorf("read the pack of run %d: %w", r.last.ID, err)
	}
	was, err := r.q.Weights(ctx, r.last, pack)
	if err != nil {
		return fmt.Errorf("add up run %d: %w", r.last.ID, err)
	}
	is, err := r.q.Weights(ctx, r.run, r.o.Pack)
	if err != nil {
		return fmt.Errorf("add up run %d: %w", r.run.ID, err)
	}
	earlier := map[uint32]queries.Weight{}
	for _, w := range was {
		earlier[w.Period] = w
	}
	shown := map[uint32]bool{}
	for _, m := range r.shown() {
		shown[m.Period] = true
	}
	var gone []string
	for _, k := range r.kept {
		if !shown[k.Period] {
			gone = append(gone, period.Period(k.Period).String())
		}
	}
	if len(gone) > 0 {
		add("months", "count", len(gone), "months", strings.Join(gone, " "))
	}
	var same, other [2]queries.Weight // before and now
	for _, w := range is {
		then, both := earlier[w.Period]
		if !both {
			continue
		}
		into := &same
		if r.stale(period.Period(w.Period)) {
			into = &other
		}
		for i, x := range []queries.Weight{then, w} {
			into[i].Charged += x.Charged
			into[i].Old += x.Old
			into[i].New += x.New
		}
	}
	one := [2]money.Fen{1, 1}
	for _, c := range []struct {
		code        string
		before, now money.Fen
		on          [2]money.Fen
	}{
		{"old", same[0].Old, same[1].Old, one},
		{"new", same[0].New, same[1].New, one},
		{"due", same[0].Old - same[0].New, same[1].Old - same[1].New, one},
		{"old_part", other[0].Old, other[1].Old, [2]money.Fen{other[0].Charged, other[1].Charged}},
		{"new_part", other[0].New, other[1].New, [2]money.Fen{other[0].Charged, other[1].Charged}},
	} {
		if moved(c.before, c.now, c.on, limits.Totals) {
			add(c.code, "before", c.before, "now", c.now, "charged_before", c.on[0], "charged", c.on[1], "most", limits.Totals)
		}
	}
	return nil
}

// moved tells whether now ÷ on[1] is more than so many per cent away from before ÷ on[0].
func moved(before, now money.Fen, on [2]money.Fen, most int) bool {
	if on[0] <= 0 || on[1] <= 0 { // nothing was charged: then nothing can be said
		return false
	}
	was := new(big.Int).Mul(big.NewInt(int64(before)), big.NewInt(int64(on[1])))
	is := new(big.Int).Mul(big.NewInt(int64(now)), big.NewInt(int64(on[0])))
	by := new(big.Int).Sub(is, was)
	return by.Abs(by).Mul(by, big.NewInt(100)).Cmp(was.Abs(was).Mul(was, big.NewInt(int64(most)))) > 0
}

// PublishHeld publishes a run that was held, after the audit log has it. Publishing it again changes nothing. The caller
// holds the store's lock.
func PublishHeld(ctx context.Context, q *queries.Queries, by access.Principal, number uint32) (queries.HeldRun, error) {
	run, err := heldRun(ctx, q, number)
	switch {
	case err != nil || run.State == queries.HeldPublished:
		return run, err
	case run.State == queries.HeldDropped:
		return run, problem.New("run_held_dropped", "run", number)
	case run.State == queries.HeldStale:
		return run, problem.New("run_held_stale", "run", number)
	}
	entry := audit.By(by, audit.RunPublished, fmt.Sprint(number), "pack", run.PackID+"@"+run.PackHash, "reasons", codesOf(run.Reasons))
	published := run.Run
	published.State = "published"
	return run, audit.New(q, time.Now).Do(ctx, entry, func(ctx context.Context) error { return q.RecordRun(ctx, published) })
}

// DropHeld gives up a run that is held, and frees its space. It may be killed and called again. The caller holds the store's
// lock.
func DropHeld(ctx context.Context, q *queries.Queries, by access.Principal, number uint32, now func() time.Time) error {
	run, err := heldRun(ctx, q, number)
	switch {
	case err != nil:
		return err
	case run.State == queries.HeldPublished:
		return problem.New("run_held_published", "run", number)
	case run.State == queries.HeldDropped:
		return freeHeld(ctx, q, number)
	}
	entry := audit.By(by, audit.RunDropped, fmt.Sprint(number), "pack", run.PackID+"@"+run.PackHash, "reasons", codesOf(run.Reasons))
	return audit.New(q, time.Now).Do(ctx, entry, func(ctx context.Context) error {
		if err := q.GiveUpRuns(ctx, []uint32{number}, now()); err != nil {
			return err
		}
		return freeHeld(ctx, q, number)
	})
}

// freeHeld drops the rows of a run that was never published.
func freeHeld(ctx context.Context, q *queries.Queries, number uint32) error {
	held, err := q.HeldByRuns(ctx)
	if err != nil {
		return fmt.Errorf("look at what runs hold: %w", err)
	}
	for _, h := range held {
		if h.RunID != number {
			continue
		}
		if err := q.DropHeld(ctx, h); err != nil {
			return fmt.Errorf("drop run %d in %s: %w", h.RunID, h.Table, err)
		}
	}
	return nil
}

func heldRun(ctx context.Context, q *queries.Queries, number uint32) (queries.HeldRun, error) {
	held, err := q.HeldRuns(ctx)
	if err != nil {
		return queries.HeldRun{}, fmt.Errorf("list the runs that are held: %w", err)
	}
	i := slices.IndexFunc(held, func(h queries.HeldRun) bool { return h.ID == number })
	if i < 0 {
		return queries.HeldRun{}, problem.New("run_not_held", "run", number)
	}
	return held[i], nil
}

func codesOf(reasons []queries.HoldReason) string {
	var codes []string
	for _, r := range reasons {
		if !slices.Contains(codes, r.Code) {
			codes = append(codes, r.Code)
		}
	}
	return strings.Join(codes, " ")
}

// replaceHeld gives up the runs that waited before this one.
func (r *recompute) replaceHeld(ctx context.Context) error {
	held, err := r.q.HeldRuns(ctx)
	if err != nil {
		return err
	}
	for _, h := range held {
		if h.ID >= r.run.ID || h.State != queries.HeldWaiting && h.State != queries.HeldStale {
			continue
		}
		if err := DropHeld(ctx, r.q, r.o.By, h.ID, time.Now); err != nil {
			return fmt.Errorf("give up run %s, which run %d replaces: %w", strconv.Itoa(int(h.ID)), r.run.ID, err)
		}
	}
	return nil
}
