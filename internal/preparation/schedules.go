package preparation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/filter"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/internal/region"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// Which months a schedule reports.
const (
	PreviousMonth = "previous" // the one before that of its day
	YearToDate    = "year"     // from January to that
	LatestMonth   = "latest"   // the last that there are figures of
)

// MonthChoices lists them in the order of forms.
var MonthChoices = []string{PreviousMonth, YearToDate, LatestMonth}

// What the day of a schedule counts.
const (
	CalendarDay = "day" // of a month that is shorter, the last
	WorkingDay  = "working_day"
)

// Countings lists them in the order of forms, with the last day that each may name.
var Countings = []string{CalendarDay, WorkingDay}

var lastDay = map[string]uint8{CalendarDay: 31, WorkingDay: 15}

// The states of a schedule.
const (
	Active  = "active"
	Dropped = "dropped"
)

// MostSchedules is how many schedules a bureau may have.
const MostSchedules = 10

// opening is when in Beijing a schedule's day begins.
const opening = 8 * time.Hour

// Schedule is a schedule with the next time that it has a report prepared.
type Schedule struct {
	queries.KnownReportSchedule
	Next time.Time
	Why  error // why that cannot be told: a year without a calendar
}

// Schedules lists the schedules that a principal may see.
func (j *Jobs) Schedules(ctx context.Context, p access.Principal) ([]Schedule, error) {
	if err := p.Require(access.ReportsRead); err != nil {
		return nil, err
	}
	kept, err := j.q.ReportSchedules(ctx, p.Scope(access.ReportsRead))
	var all []Schedule
	for _, s := range kept {
		one := Schedule{KnownReportSchedule: s}
		one.Next, one.Why = j.next(s, j.now())
		all = append(all, one)
	}
	return all, err
}

// SaveSchedule keeps a schedule of somebody's.
func (j *Jobs) SaveSchedule(ctx context.Context, p access.Principal, s queries.ReportSchedule) error {
	if err := p.Require(access.ReportsWrite); err != nil {
		return err
	}
	set, err := j.Set(s.Set)
	if err != nil {
		return err
	}
	switch {
	case !slices.Contains(MonthChoices, s.Months) || !slices.Contains(Countings, s.Counted):
		return problem.New("report_schedule_word")
	case s.Day < 1 || s.Day > lastDay[s.Counted]:
		return problem.New("report_schedule_day", "most", lastDay[s.Counted])
	case s.Region != everywhere && !region.Known(s.Region):
		return problem.New("report_region", "region", s.Region)
	case !p.Scope(access.ReportsWrite).Allows(s.Region):
		return problem.New("report_foreign", "region", s.Region)
	case len([]rune(s.Organisation)) > longestWords:
		return problem.New("report_long", "most", longestWords)
	}
	all, err := j.q.ReportSchedules(ctx, filter.Everything())
	if err != nil {
		return err
	}
	same := 0
	for _, one := range all {
		if one.Region == s.Region {
			same++
		}
	}
	if same >= MostSchedules {
		return problem.New("report_schedules_full", "most", MostSchedules)
	}
	s.Schedule, s.State, s.Account, s.Set = newID(), Active, p.Account(), set.ID
	return j.putSchedule(ctx, p, s, "created")
}

// DropSchedule gives up a schedule that a principal may see, whoever has set it up: it is the bureau's.
func (j *Jobs) DropSchedule(ctx context.Context, p access.Principal, schedule string) error {
	if err := p.Require(access.ReportsWrite); err != nil {
		return err
	}
	all, err := j.q.ReportSchedules(ctx, p.Scope(access.ReportsWrite))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(s queries.KnownReportSchedule) bool { return s.Schedule == schedule })
	if i < 0 {
		return problem.New("report_schedule_unknown")
	}
	s := all[i].ReportSchedule
	s.State = Dropped
	return j.putSchedule(ctx, p, s, "dropped")
}

func (j *Jobs) putSchedule(ctx context.Context, p access.Principal, s queries.ReportSchedule, event string) error {
	before := s.ChangedAt
	if s.ChangedAt = j.moment(); !s.ChangedAt.After(before) { // the later row counts
		s.ChangedAt = before.Add(time.Millisecond)
	}
	entry := audit.By(p, audit.ReportScheduled, s.Schedule, "event", event, "set", s.Set, "months", s.Months, "region", s.Region, "counted", s.Counted, "day", s.Day)
	return j.log.Do(ctx, entry, func(ctx context.Context) error { return j.q.PutReportSchedule(ctx, s) })
}

// dueIn is the day of a schedule in a month.
func (j *Jobs) dueIn(s queries.KnownReportSchedule, m period.Period) (workday.Date, error) {
	first := firstDay(m)
	if s.Counted == WorkingDay {
		return j.calendar.Add(workday.DateOf(first.Start().Add(-time.Hour)), int(s.Day))
	}
	last := workday.DateOf(firstDay(m.Next()).Start().Add(-time.Hour))
	return min(last, first+workday.Date(s.Day)-1), nil
}

// begins is the moment at which a day's preparation begins.
func begins(day workday.Date) time.Time { return day.Start().Add(opening) }

// next is the next time of a schedule after a moment.
func (j *Jobs) next(s queries.KnownReportSchedule, after time.Time) (time.Time, error) {
	for m := monthOf(after); ; m = m.Next() {
		due, err := j.dueIn(s, m)
		if err != nil || begins(due).After(after) {
			return begins(due), err
		}
	}
}

// last is the last day of a schedule that has begun by a moment, since it was set up; 0 for none.
func (j *Jobs) last(s queries.KnownReportSchedule, by time.Time) (workday.Date, error) {
	for _, m := range []period.Period{monthOf(by), monthOf(by).Add(-1)} {
		due, err := j.dueIn(s, m)
		switch {
		case err != nil:
			return 0, err
		case begins(due).Before(s.ChangedAt):
			return 0, nil
		case !begins(due).After(by):
			return due, nil
		}
	}
	return 0, nil
}

// monthOf is the month of a moment, in Beijing.
func monthOf(at time.Time) period.Period { return period.Period(workday.DateOf(at) / 100) } //nolint:gosec // six digits

// window are the months that a schedule reports on a day.
func (j *Jobs) window(ctx context.Context, s queries.KnownReportSchedule, due workday.Date) (period.Range, error) {
	to := monthOf(due.Start()).Add(-1)
	switch s.Months {
	case YearToDate:
		return period.Range{From: to/100*100 + 1, To: to}, nil
	case LatestMonth:
		stamp, err := j.q.Stamp(ctx, filter.Regions(s.Region))
		return period.Range{From: stamp.DataTo, To: stamp.DataTo}, err
	}
	return period.Range{From: to, To: to}, nil
}

// Keep looks every now and then for schedules whose day has come, until ctx ends. A library of cron is not used: it knows neither
// working days nor what was missed while no server ran, and both follow from what is stored here. What is due is found anew each time,
// from the schedules and from what was prepared for them, so that nothing is lost when a server dies; of what was missed, only the last
// day is caught up with.
func (j *Jobs) Keep(ctx context.Context, every time.Duration) {
	if err := j.Recover(ctx); err != nil && ctx.Err() == nil {
		j.errors.Error("interrupted preparations of reports were not noted", "error", err)
	}
	for {
		if err := j.Round(ctx); err != nil && ctx.Err() == nil {
			j.errors.Error("scheduled reports", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(every):
		}
	}
}

// Round begins what is due, one after the other. What is in the way of one is left for the next round; what would be in its way
// for ever is noted as a preparation that failed.
func (j *Jobs) Round(ctx context.Context) error {
	all, err := j.q.ReportSchedules(ctx, filter.Everything())
	if err != nil {
		return err
	}
	for _, s := range all {
		due, err := j.last(s, j.now())
		if err != nil {
			j.errors.Warn("when a report is due cannot be told", "schedule", s.Schedule, "error", err) // pages say so
			continue
		}
		if due == 0 || uint32(due) <= s.Done { //nolint:gosec // eight digits
			continue
		}
		if err := j.begin(ctx, s, due); err != nil {
			return err
		}
		j.Wait()
	}
	return nil
}

// inTheWay are the faults of what ends by itself.
var inTheWay = []string{"report_job_busy", "report_store_busy", "report_job_there"}

// begin begins what a schedule wants on a day.
func (j *Jobs) begin(ctx context.Context, s queries.KnownReportSchedule, due workday.Date) error {
	a := Asked{Set: s.Set, Comparison: s.Comparison, Region: s.Region, Organisation: s.Organisation, Mask: s.Mask, Schedule: s.Schedule, Due: due}
	p, err := j.principal(ctx, s.Account)
	if err == nil {
		if a.Window, err = j.window(ctx, s, due); err == nil {
			_, err = j.Begin(ctx, p, a)
		}
	}
	switch code := problem.Code(err); {
	case slices.Contains(inTheWay, code):
		return nil
	case code == "":
		return err
	}
	kept, marshalErr := j.begun(p, a)
	if marshalErr != nil {
		return marshalErr
	}
	kept.Account = s.Account
	return j.q.BeginReportJob(ctx, kept, queries.ReportJobStep{Job: kept.Job, Seq: 1, Step: Failed, At: kept.BegunAt, Problem: inWords(err)})
}

// principal is who a schedule acts for, with what the account may do by now.
func (j *Jobs) principal(ctx context.Context, account string) (access.Principal, error) {
	accounts, err := j.q.Accounts(ctx)
	if err != nil {
		return access.Principal{}, err
	}
	i := slices.IndexFunc(accounts, func(a queries.Account) bool { return a.Account == account })
	if i < 0 || accounts[i].Disabled || accounts[i].GivenBy != "" {
		return access.Principal{}, problem.New("report_schedule_account", "account", account)
	}
	var roles []access.Role
	for _, role := range accounts[i].Roles {
		roles = append(roles, access.Role(role))
	}
	return access.New(access.Grant{Account: account, Name: accounts[i].Name, Roles: roles, Regions: accounts[i].Regions}), nil
}

// jobOf is what the preparation of a schedule on a day is known by, so that there is one.
func jobOf(schedule string, due workday.Date) string {
	sum := sha256.Sum256([]byte(fmt.Sprintf("%s %d", schedule, due)))
	return hex.EncodeToString(sum[:16])
}
