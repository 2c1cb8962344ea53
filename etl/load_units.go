package etl

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"jianfu/etl/reader"
	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/period"
	"jianfu/queries"
)

// unitBatch is how many registrations are written at once.
const unitBatch = 50_000

// registration is what a unit has one of for each month from which it holds.
type registration struct {
	unit string
	from period.Period
}

// units takes registrations in. One that says what is there already is unchanged; one that the same file repeats with
// other contents is a reject; one that differs from an earlier load's takes its place.
func (l *load) units(ctx context.Context) error {
	q := l.loader.Queries
	versions, err := q.UnitVersions(ctx, filter.Everything(), l.visible, nil)
	if err != nil {
		return fmt.Errorf("list the registered units: %w", err)
	}
	there := make(map[registration]contribution.Unit, len(versions))
	earliest := map[string]period.Period{}
	for _, v := range versions {
		there[registration{v.ID, v.ValidFrom}] = v
		if first, ok := earliest[v.ID]; !ok || v.ValidFrom < first {
			earliest[v.ID] = v.ValidFrom
		}
	}
	mine := map[registration]contribution.Unit{}
	touched := map[period.Period]bool{}
	var waiting []queries.UnitLine
	var unchanged, repeated, replaced, ahead uint64
	var latest period.Period
	counts, err := l.file.Units(ctx, func(u contribution.Unit, line uint64) error {
		l.progress()
		if u.ValidFrom > l.month().Add(farMonths) {
			ahead, latest = ahead+1, max(latest, u.ValidFrom)
		}
		slices.Sort(u.Elections)
		key := registration{u.ID, u.ValidFrom}
		if first, seen := mine[key]; seen {
			if reflect.DeepEqual(first, u) {
				unchanged++
				return nil
			}
			repeated++
			return l.rejects.addLater(reader.Reject{Line: line, Column: l.file.ColumnName("unit_id"), Value: u.ID, Code: "unit_repeated"})
		}
		mine[key] = u
		before, known := there[key]
		if known && same(before, u) {
			unchanged++
			return nil
		}
		if known {
			replaced++
		}
		if first, registered := earliest[u.ID]; registered {
			since := u.ValidFrom
			if since < first {
				since = 0 // the earliest registration holds for all months before it too
			}
			touched[since] = true
		}
		waiting = append(waiting, queries.UnitLine{Line: uint32(line), Unit: u}) //nolint:gosec // lines of a file
		if len(waiting) < unitBatch {
			return nil
		}
		err := q.InsertUnits(ctx, l.row.ID, waiting)
		waiting = waiting[:0]
		return err
	}, l.rejects.add(ctx))
	if err == nil {
		err = q.InsertUnits(ctx, l.row.ID, waiting)
	}
	if err != nil {
		return fmt.Errorf("store the units: %w", err)
	}
	if ahead > 0 {
		if err := l.doubtAhead(latest, ahead); err != nil {
			return err
		}
	}
	l.row.Read, l.row.Rejected = counts.Read, counts.Rejected+repeated
	l.row.Accepted, l.row.Unchanged = counts.Accepted-repeated-unchanged, unchanged
	l.row.Replaced = replaced
	for since := range touched {
		l.row.Periods = append(l.row.Periods, uint32(since))
	}
	slices.Sort(l.row.Periods)
	return l.note(ctx, counts)
}

// same tells whether two registrations say the same.
func same(a, b contribution.Unit) bool {
	a.Elections, b.Elections = append([]string{}, a.Elections...), append([]string{}, b.Elections...)
	return reflect.DeepEqual(a, b)
}
