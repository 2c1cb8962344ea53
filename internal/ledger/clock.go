package ledger

import (
	_ "embed"
	"encoding/csv"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"jianfu/internal/problem"
	"jianfu/internal/workday"
)

//go:embed limits.csv
var shippedLimits string

// Limit is how many working days an issue of a kind may take; an empty word means any.
type Limit struct {
	Nature        Nature
	Category      Category
	Severity      Severity
	Days          int
	EscalateAfter int    // working days after the last day from which the upper bureau is told (督办); 0 is never
	Source        string // of the limit
	CheckedOn     string // the day somebody last checked it against its source
}

// Limits are the limits of a bureau.
type Limits struct{ rows []Limit }

// ShippedLimits are those that come with the program; most are unconfirmed, as their sources say.
func ShippedLimits() Limits {
	limits, err := ReadLimits(shippedLimits)
	if err != nil {
		panic("ledger: the shipped limits: " + err.Error()) // a broken build
	}
	return limits
}

// limitColumns are the columns of a table of limits.
var limitColumns = []string{"nature", "category", "severity", "days", "escalate_after", "source", "checked_on"}

// ReadLimits reads a table with the columns nature, category, severity, days, escalate_after, source and checked_on. All
// that is wrong with it comes back at once.
func ReadLimits(table string) (Limits, error) {
	reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(table, "\ufeff")))
	reader.FieldsPerRecord = 7
	rows, err := reader.ReadAll()
	if err != nil {
		return Limits{}, problem.New("ledger_limits_unreadable", "cause", err.Error())
	}
	if len(rows) < 2 || !slices.Equal(rows[0], limitColumns) {
		return Limits{}, problem.New("ledger_limits_header")
	}
	var limits Limits
	var wrong []error
	for n, row := range rows[1:] {
		l := Limit{Nature: Nature(row[0]), Category: Category(row[1]), Severity: Severity(row[2]), Source: row[5], CheckedOn: row[6]}
		bad := func(column, value string) {
			wrong = append(wrong, problem.New("ledger_limits_row", "line", n+2, "column", column, "value", value))
		}
		if l.Nature != "" && !in(Natures, l.Nature) {
			bad("nature", row[0])
		}
		if l.Category != "" && !in(Categories, l.Category) {
			bad("category", row[1])
		}
		if l.Severity != "" && !in(Severities, l.Severity) {
			bad("severity", row[2])
		}
		if l.Days, err = strconv.Atoi(row[3]); err != nil || l.Days < 1 || l.Days > 250 {
			bad("days", row[3])
		}
		if row[4] != "" {
			if l.EscalateAfter, err = strconv.Atoi(row[4]); err != nil || l.EscalateAfter < 1 || l.EscalateAfter > 250 {
				bad("escalate_after", row[4])
			}
		}
		for _, other := range limits.rows {
			if other.Nature == l.Nature && other.Category == l.Category && other.Severity == l.Severity {
				bad("nature", strings.Join(row[:3], ","))
			}
		}
		limits.rows = append(limits.rows, l)
	}
	if limits.rows[0].keys() != 0 {
		wrong = append(wrong, problem.New("ledger_limits_no_default"))
	}
	return limits, errors.Join(wrong...)
}

// Rows are the limits as they stand in the table; the first is for whatever has no other.
func (l Limits) Rows() []Limit { return l.rows }

// keys are how many words a limit asks for.
func (l Limit) keys() int {
	n := 0
	for _, word := range []string{string(l.Nature), string(l.Category), string(l.Severity)} {
		if word != "" {
			n++
		}
	}
	return n
}

// Of is the limit that an issue has: of those that fit it the one that asks for most, and of equals the first.
func (l Limits) Of(i Issue) Limit {
	best := l.rows[0]
	for _, row := range l.rows {
		fits := (row.Nature == "" || row.Nature == i.Nature) && (row.Category == "" || row.Category == i.Category) &&
			(row.Severity == "" || row.Severity == i.Severity)
		if fits && row.keys() > best.keys() {
			best = row
		}
	}
	return best
}

// Pace is how an issue does against its limit.
type Pace string

// The paces: still in time, due today, overdue, standing still; and, once answered, in time or late.
const (
	OnTime   Pace = "on_time"
	DueToday Pace = "due_today"
	Overdue  Pace = "overdue"
	Paused   Pace = "paused"
	InTime   Pace = "in_time"
	Late     Pace = "late"
)

// Clock is the time that an issue has, as of a moment. What a page shows of one issue is worked out when it is asked for; lists and
// counts read what the store keeps of it (internal/handling), under a hash of the calendar and the limits.
type Clock struct {
	Pace  Pace
	Limit int          // working days, with extensions
	Due   workday.Date // the last day
	Used  int          // working days since the start, without pauses
	Left  int          // working days until the last day; negative once it has passed
}

// Ended is when an issue's clock stopped for good: it was answered, or is part of another issue; ended is false before that.
func (i Issue) Ended() (end time.Time, ended bool) {
	switch {
	case !i.RepliedAt.IsZero():
		return i.RepliedAt, true
	case !i.VerifiedAt.IsZero():
		return i.VerifiedAt, true
	case i.State == Merged:
		return i.ChangedAt, true
	}
	return time.Time{}, false
}

// Due is the last day that an issue has, and paused the working days on which its clock stood still; until is when the clock ended, or
// now. The fault workday_no_year says that a year has no calendar.
func (l Limits) Due(i Issue, calendar *workday.Calendar, until time.Time) (due workday.Date, paused int, err error) {
	for _, p := range i.Pauses {
		to := until
		if !p.To.IsZero() {
			to = p.To
		}
		n, err := calendar.Between(workday.DateOf(p.From), workday.DateOf(to))
		if err != nil {
			return 0, 0, err
		}
		paused += n
	}
	due, err = calendar.Add(workday.DateOf(i.ClockFrom), l.Of(i).Days+i.Extended+paused)
	return due, paused, err
}

// Clock reads an issue's clock. It runs from the day after the one on which the issue came to the bureau that has it (or
// came back) until it is answered, and stands still while it waits for somebody outside. The fault workday_no_year says
// that a year has no calendar.
func (l Limits) Clock(i Issue, calendar *workday.Calendar, now time.Time) (Clock, error) {
	end, answered := i.Ended()
	if !answered {
		end = now
	}
	start, today := workday.DateOf(i.ClockFrom), workday.DateOf(end)
	due, paused, err := l.Due(i, calendar, end)
	if err != nil {
		return Clock{}, err
	}
	c := Clock{Limit: l.Of(i).Days + i.Extended, Due: due}
	if c.Used, err = calendar.Between(start, today); err != nil {
		return Clock{}, err
	}
	c.Used -= paused
	if c.Left, err = calendar.Between(today, c.Due); err != nil {
		return Clock{}, err
	}
	switch {
	case answered && today > c.Due:
		c.Pace = Late
	case answered:
		c.Pace = InTime
	case i.State == Waiting:
		c.Pace = Paused
	case today > c.Due:
		c.Pace = Overdue
	case today == c.Due:
		c.Pace = DueToday
	default:
		c.Pace = OnTime
	}
	return c, nil
}
