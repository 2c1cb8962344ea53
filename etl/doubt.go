package etl

import (
	"context"
	"fmt"
	"slices"

	"jianfu/etl/reader"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// What stops a load until somebody says that it is meant; the codes of the problems, and what --allow takes.
const (
	KeyReused    = "load_key_reused"    // a key stood for another unit, month or insurance before: 序号 counts the lines of a file
	MostReplaced = "load_most_replaced" // most of an earlier file is replaced
	SameButKey   = "load_same_but_key"  // most of the records are there already, under other keys
	MonthAhead   = "load_month_ahead"   // a month later than that of the load
	MonthFar     = "load_month_far"     // a month far from all others
)

// Doubts are the codes that can be allowed.
var Doubts = []string{KeyReused, MostReplaced, SameButKey, MonthAhead, MonthFar}

// leastDoubted is from how many records on a share of a file says something.
const leastDoubted = 10

// doubt stops a settled load that reads well and hardly means what it says. Nothing of it is visible yet.
func (l *load) doubt(ctx context.Context, months []uint32) error {
	q, allowed := l.loader.Queries, l.loader.Allow
	if l.row.Replaced > 0 && !slices.Contains(allowed, KeyReused) {
		records, example, err := q.Rekeyed(ctx, l.row.ID)
		if err != nil {
			return fmt.Errorf("look for keys that meant something else: %w", err)
		}
		if records > 0 {
			return problem.New(KeyReused, "file", l.row.File, "records", records, "key", example)
		}
	}
	if l.row.Replaced >= leastDoubted && !slices.Contains(allowed, MostReplaced) {
		replaced, err := q.ReplacedBy(ctx, l.row.ID)
		if err != nil {
			return fmt.Errorf("count what is replaced: %w", err)
		}
		for _, earlier := range l.records {
			if n := replaced[earlier.ID]; n >= leastDoubted && n*2 > earlier.Accepted {
				return problem.New(MostReplaced, "file", l.row.File, "records", n, "earlier", earlier.File, "load", earlier.ID, "of", earlier.Accepted)
			}
		}
	}
	if l.row.Accepted < leastDoubted || slices.Contains(allowed, SameButKey) {
		return nil
	}
	var earlier []uint32 // loads that hold records of the same months
	for _, other := range l.records {
		if slices.ContainsFunc(other.Periods, func(m uint32) bool { return slices.Contains(months, m) }) {
			earlier = append(earlier, other.ID)
		}
	}
	if len(earlier) == 0 {
		return nil
	}
	records, err := q.SameButKey(ctx, l.row.ID, append(earlier, l.undone...), months)
	if err != nil {
		return fmt.Errorf("look for records that are there under other keys: %w", err)
	}
	if records >= leastDoubted && records*2 > l.row.Accepted {
		return problem.New(SameButKey, "file", l.row.File, "records", records, "of", l.row.Accepted)
	}
	return nil
}

// farMonths is how far apart two months may be before one of them is asked about.
const farMonths = 12

// doubtMonths stops a load with a month that is later than that of the load, or far from all others: a single 2091-05 would
// be the last month of every page.
func (l *load) doubtMonths(counts reader.Counts) error {
	for _, p := range counts.Periods {
		if p.Period > l.month() {
			if err := l.doubtAhead(p.Period, p.Records); err != nil {
				return err
			}
			continue
		}
		if p.Normal > 0 && p.Normal*2 < counts.Accepted && !slices.Contains(l.loader.Allow, MonthFar) && l.far(p.Period, counts) {
			return problem.New(MonthFar, "file", l.row.File, "month", p.Period, "lines", p.Normal)
		}
	}
	return nil
}

// doubtAhead stops a load for lines of a month that has not come.
func (l *load) doubtAhead(month period.Period, lines uint64) error {
	if slices.Contains(l.loader.Allow, MonthAhead) {
		return nil
	}
	return problem.New(MonthAhead, "file", l.row.File, "month", month, "lines", lines, "today", l.month())
}

// month is that of the load.
func (l *load) month() period.Period {
	today := workday.DateOf(l.loader.Now())
	return period.Of(today.Year(), int(today)/100%100)
}

// far tells whether no other month of this file or an earlier one is near. Back payments may be for any month, so that they
// neither are far nor make others near.
func (l *load) far(month period.Period, counts reader.Counts) bool {
	near := func(other period.Period) bool {
		return other != month && month.Add(-farMonths) <= other && other <= month.Add(farMonths)
	}
	if slices.ContainsFunc(counts.Periods, func(p reader.PeriodCount) bool { return p.Normal > 0 && near(p.Period) }) {
		return false
	}
	return !slices.ContainsFunc(l.records, func(earlier queries.Load) bool {
		return slices.ContainsFunc(earlier.Periods, func(m uint32) bool { return period.Period(m) == month || near(period.Period(m)) })
	})
}

// note keeps what was taken in and should be looked at.
func (l *load) note(ctx context.Context, counts reader.Counts) error {
	l.file.NoteLayout(&counts.Notes)
	for n, lines := range counts.Notes {
		if lines > 0 {
			l.notes = append(l.notes, queries.LoadNote{Code: reader.Note(n).String(), Lines: lines})
		}
	}
	if len(l.notes) == 0 {
		return nil
	}
	if err := l.loader.Queries.InsertLoadNotes(ctx, l.row.ID, l.notes); err != nil {
		return fmt.Errorf("keep what should be looked at: %w", err)
	}
	return nil
}
