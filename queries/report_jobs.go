package queries

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"jianfu/internal/filter"
	"jianfu/internal/store"
)

// ReportJob is a report that is prepared in the background, as it was asked for; internal/preparation gives its words their meaning.
type ReportJob struct {
	Job          string    `ch:"job"` // 32 hexadecimal digits
	BegunAt      time.Time `ch:"begun_at"`
	Account      string    `ch:"account"`
	Person       string    `ch:"person"` // the account's name by then
	Set          string    `ch:"report_set"`
	From         uint32    `ch:"period_from"`
	To           uint32    `ch:"period_to"`
	Comparison   string    `ch:"comparison"` // "" for the pack's default
	Region       string    `ch:"region"`     // what the report is about, 000000 for all
	Organisation string    `ch:"organisation"`
	Few          bool      `ch:"few"` // it shows figures about few persons
	Mask         bool      `ch:"mask"`
	Waivers      string    `ch:"waivers"`  // JSON
	Schedule     string    `ch:"schedule"` // that had it prepared; "" where a person did
	Due          uint32    `ch:"due"`      // the day of the schedule, 20190605
}

// ReportJobStep is how far a preparation is, or how it ended.
type ReportJobStep struct {
	Job     string    `ch:"job"`
	Seq     uint32    `ch:"seq"` // from 1
	Step    string    `ch:"step"`
	At      time.Time `ch:"at"`
	Report  string    `ch:"report"`  // that it became
	Checks  string    `ch:"checks"`  // those that stand in its way, JSON
	Problem string    `ch:"problem"` // why it failed, JSON
}

// KnownReportJob is a preparation with its last step.
type KnownReportJob struct {
	ReportJob
	Seq     uint32    `ch:"seq"`
	Step    string    `ch:"step"`
	At      time.Time `ch:"at"`
	Report  string    `ch:"report"`
	Checks  string    `ch:"checks"`
	Problem string    `ch:"problem"`
}

//go:embed report/jobs.sql
var reportJobsSQL string

//go:embed report/jobs_open.sql
var reportJobsOpenSQL string

//go:embed report/jobs_ended.sql
var reportJobsEndedSQL string

//go:embed report/schedules.sql
var reportSchedulesSQL string

// BeginReportJob stores what is asked for, and the first step.
func (q *Queries) BeginReportJob(ctx context.Context, j ReportJob, first ReportJobStep) error {
	if err := q.StepReportJob(ctx, first); err != nil { // a step alone is seen by nobody
		return err
	}
	err := store.InsertOnce(ctx, q.db, `INSERT INTO report_jobs (job, begun_at, account, person, report_set, period_from, period_to, comparison, region, organisation, few, mask,
		waivers, schedule, due)`, j.Job, []ReportJob{j})
	if err != nil {
		return fmt.Errorf("begin to prepare a report, %s: %w", j.Job, err)
	}
	return nil
}

// StepReportJob writes a step of a preparation, once.
func (q *Queries) StepReportJob(ctx context.Context, s ReportJobStep) error {
	err := store.InsertOnce(ctx, q.db, `INSERT INTO report_job_steps (job, seq, step, at, report, checks, problem)`, fmt.Sprintf("%s:%d", s.Job, s.Seq), []ReportJobStep{s})
	if err != nil {
		return fmt.Errorf("note that the preparation %s is at %s: %w", s.Job, s.Step, err)
	}
	return nil
}

// ReportJobs lists the preparations that a reader with this scope may see, the latest first, as many as most; of them the one that is
// named, where one is.
func (q *Queries) ReportJobs(ctx context.Context, scope filter.Scope, job string, most int) ([]KnownReportJob, error) {
	return store.Select[KnownReportJob](ctx, q.db, reportJobsSQL, store.Params{"scope": scope.Prefixes(), "few": !scope.ConcealsFew(), "job": job, "most": most})
}

// OpenReportJob is a preparation that has not ended.
type OpenReportJob struct {
	Job string `ch:"job"`
	Seq uint32 `ch:"seq"` // of its last step
}

// OpenReportJobs lists the preparations whose last step is none of those that end one.
func (q *Queries) OpenReportJobs(ctx context.Context, ends []string) ([]OpenReportJob, error) {
	return store.Select[OpenReportJob](ctx, q.db, reportJobsOpenSQL, store.Params{"ends": ends})
}

// EndedReportJob is how a preparation ended.
type EndedReportJob struct {
	Job      string    `ch:"job"`
	Account  string    `ch:"account"`
	Set      string    `ch:"report_set"`
	From     uint32    `ch:"period_from"`
	To       uint32    `ch:"period_to"`
	Region   string    `ch:"region"`
	Few      bool      `ch:"few"`
	Schedule string    `ch:"schedule"`
	Step     string    `ch:"step"`
	At       time.Time `ch:"at"`
	Report   string    `ch:"report"`
	Problem  string    `ch:"problem"`
}

// EndedReportJobs lists the preparations that ended since a moment. For jianfu itself: whom they are shown to is decided by who may see
// the region.
func (q *Queries) EndedReportJobs(ctx context.Context, since time.Time, ends []string) ([]EndedReportJob, error) {
	return store.Select[EndedReportJob](ctx, q.db, reportJobsEndedSQL, store.Params{"since_at": milliseconds(since), "ends": ends})
}

// ReportSchedule is when a report is prepared by itself.
type ReportSchedule struct {
	Schedule     string    `ch:"schedule"` // 32 hexadecimal digits
	ChangedAt    time.Time `ch:"changed_at"`
	State        string    `ch:"state"`   // active or dropped
	Account      string    `ch:"account"` // with whose rights
	Set          string    `ch:"report_set"`
	Months       string    `ch:"months"`
	Comparison   string    `ch:"comparison"`
	Region       string    `ch:"region"`
	Organisation string    `ch:"organisation"`
	Mask         bool      `ch:"mask"`
	Counted      string    `ch:"counted"` // what day counts
	Day          uint8     `ch:"day"`
}

// KnownReportSchedule is a schedule with the last day for which it had a report prepared, 20190605; 0 for none.
type KnownReportSchedule struct {
	ReportSchedule
	Done uint32 `ch:"done"`
}

// ReportSchedules lists the active schedules that a reader with this scope may see.
func (q *Queries) ReportSchedules(ctx context.Context, scope filter.Scope) ([]KnownReportSchedule, error) {
	return store.Select[KnownReportSchedule](ctx, q.db, reportSchedulesSQL, store.Params{"scope": scope.Prefixes()})
}

// PutReportSchedule writes a schedule anew.
func (q *Queries) PutReportSchedule(ctx context.Context, s ReportSchedule) error {
	err := store.Insert(ctx, q.db, `INSERT INTO report_schedules (schedule, changed_at, state, account, report_set, months, comparison, region, organisation, mask, counted, day)`,
		[]ReportSchedule{s})
	if err != nil {
		return fmt.Errorf("write the schedule %s of reports: %w", s.Schedule, err)
	}
	return nil
}
