package handling

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"jianfu/internal/ledger"
	"jianfu/internal/problem"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// clockedAtOnce is of how many issues the time is worked out at once.
const clockedAtOnce = 20_000

// basisOf is a hash of everything that the time of an issue is worked out by, besides the issue.
func basisOf(calendar *workday.Calendar, limits ledger.Limits) uint64 {
	hash := sha256.New()
	for _, year := range calendar.Years() {
		fmt.Fprintf(hash, "%d\n", year)
		for _, day := range calendar.Days(year) {
			fmt.Fprintf(hash, "%d %v\n", day.Date, day.Work)
		}
	}
	for _, l := range limits.Rows() {
		fmt.Fprintf(hash, "%q %q %q %d\n", l.Nature, l.Category, l.Severity, l.Days)
	}
	return binary.BigEndian.Uint64(hash.Sum(nil))
}

// clocks is the clockwork as of now, with the time of all issues worked out. Whatever changed it, a step of an issue, a load, a recompute,
// another calendar or limit, or another day while one waits, leaves the issue without a row of its own, and who asks next writes it.
func (d *Issues) clocks(ctx context.Context) (queries.IssueClockwork, error) {
	now := d.now()
	c := queries.IssueClockwork{Today: queries.DayNumber(workday.DateOf(now)), Basis: d.basis()}
	c.KnownFrom, c.KnownTo = known(d.calendar.Years(), workday.DateOf(now).Year())
	c.Soon = c.KnownTo
	if soon, err := d.calendar.Add(workday.DateOf(now), 2); err == nil {
		c.Soon = queries.DayNumber(soon)
	}
	for {
		issues, err := d.q.UnclockedIssues(ctx, c.Basis, c.Today, clockedAtOnce)
		if err != nil || len(issues) == 0 {
			return c, err
		}
		clocks := make([]queries.IssueClock, len(issues))
		for i, issue := range issues {
			if clocks[i], err = d.clockOf(issue.Issue, now); err != nil {
				return c, err
			}
			clocks[i].Seq = issue.Seq
		}
		if err := d.q.InsertIssueClocks(ctx, clocks); err != nil || len(issues) < clockedAtOnce {
			return c, err
		}
	}
}

// clockOf is what the store keeps of an issue's clock.
func (d *Issues) clockOf(i ledger.Issue, now time.Time) (queries.IssueClock, error) {
	c := queries.IssueClock{Basis: d.basis(), IssueID: i.ID}
	due, err := workday.Date(0), error(nil)
	if _, ended := i.Ended(); ended {
		var clock ledger.Clock
		clock, err = d.limits.Clock(i, d.calendar, now)
		due, c.Took = clock.Due, int32(clock.Used) //nolint:gosec // of a few years
	} else {
		due, _, err = d.limits.Due(i, d.calendar, now)
		if slices.ContainsFunc(i.Pauses, func(p ledger.Pause) bool { return p.To.IsZero() }) {
			c.AsOf = queries.DayNumber(workday.DateOf(now))
		}
	}
	switch {
	case problem.Code(err) == "workday_no_year":
		return c, nil
	case err != nil:
		return c, err
	}
	c.DueDay = queries.DayNumber(due)
	return c, nil
}

// known are the first and the last day of the years around a year that have a calendar, without a gap; 0 where it has none.
func known(years []int, year int) (from, to uint32) {
	if !slices.Contains(years, year) {
		return 0, 0
	}
	first, last := year, year
	for slices.Contains(years, first-1) {
		first--
	}
	for slices.Contains(years, last+1) {
		last++
	}
	return queries.DayNumber(workday.Date(first*10000 + 101)), queries.DayNumber(workday.Date(last*10000 + 1231)) //nolint:gosec // eight digits
}
