package preparation

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/filter"
	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/internal/problem"
	"jianfu/internal/region"
	"jianfu/internal/report"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// How a preparation ends. Until then its step is a stage.
const (
	Done        = "done"        // a report was kept
	Refused     = "refused"     // a check failed and is not waived; nothing was kept
	Failed      = "failed"      // it could not be prepared
	Interrupted = "interrupted" // the server was stopped, or died
)

// Ends lists them.
var Ends = []string{Done, Refused, Failed, Interrupted}

// lockName is the file whose lock a preparation holds for as long as it goes on: there is one at a time, and one that nobody
// holds the lock for is dead.
const lockName = "reports.lock"

// How long the lock of another preparation is waited for, and how long what is noted of a preparation may take once nobody waits
// for it any more.
const (
	patience  = 300 * time.Millisecond
	lastWords = 10 * time.Second
)

// longestWords is how many characters a person may write in one field.
const longestWords = 200

// Jobs prepares reports in the background, one at a time, and notes how far each is, so that whoever may see it does so from
// anywhere and at any time. Pages ask for them, and schedules.
type Jobs struct {
	q        *queries.Queries
	preparer *Preparer
	archive  *report.Archive
	log      *audit.Log
	sets     []*report.Set
	lock     Lock
	calendar *workday.Calendar
	now      func() time.Time
	errors   *slog.Logger

	life context.Context // ends with the server
	stop context.CancelFunc
	work sync.WaitGroup
}

// Lock takes the store's place for who writes; while a load or a recompute has it, the problem says so.
type Lock func(ctx context.Context) (release func(), err error)

// NewJobs prepares reports by some sets of definitions, of which the first is the usual one. It starts nothing.
func NewJobs(q *queries.Queries, preparer *Preparer, sets []*report.Set, lock Lock, calendar *workday.Calendar, now func() time.Time, log *slog.Logger) *Jobs {
	j := &Jobs{q: q, preparer: preparer, archive: report.NewArchive(q, now), log: audit.New(q, now), sets: sets, lock: lock, calendar: calendar, now: now, errors: log}
	j.life, j.stop = context.WithCancel(context.Background())
	return j
}

// Close breaks off what is being prepared, and waits until that is noted.
func (j *Jobs) Close() {
	j.stop()
	j.work.Wait()
}

// Wait waits until nothing is being prepared any more.
func (j *Jobs) Wait() { j.work.Wait() }

// Sets are the definitions that there are, the usual one first.
func (j *Jobs) Sets() []*report.Set { return slices.Clone(j.sets) }

// Set finds definitions by their id, "" for the usual ones.
func (j *Jobs) Set(id string) (*report.Set, error) {
	i := slices.IndexFunc(j.sets, func(s *report.Set) bool { return s.ID == id || id == "" })
	if i < 0 {
		return nil, problem.New("report_set_unknown", "set", id)
	}
	return j.sets[i], nil
}

// Asked is what somebody wants prepared.
type Asked struct {
	Set          string // "" for the usual one
	Window       period.Range
	Comparison   string // "" for the pack's default
	Region       string // 000000 for all
	Organisation string // "" names the bureau of the region
	Mask         bool
	Waivers      []report.Waiver // By and Name are filled in
	Schedule     string
	Due          workday.Date
}

// Job is a preparation as its readers see it.
type Job struct {
	queries.KnownReportJob
	Waivers []report.Waiver
	Failed  []report.Outcome // checks that stand in its way
}

// Over tells whether it has ended.
func (j Job) Over() bool { return slices.Contains(Ends, j.Step) }

// Why says in a reader's own language why it failed; "" of one that did not.
func (j Job) Why(p *i18n.Printer) string { return Why(j.Problem, p) }

// Why reads what is kept of a failure in a reader's own language.
func Why(kept string, p *i18n.Printer) string {
	words := map[string]string{}
	if err := json.Unmarshal([]byte(kept), &words); err != nil {
		return ""
	}
	return words[p.Language()]
}

// Begin begins to prepare a report for somebody, and returns what it is known by. Another preparation or a load in its way is a
// fault; whatever goes wrong from then on is noted of it.
func (j *Jobs) Begin(ctx context.Context, p access.Principal, a Asked) (job string, err error) {
	if err := p.Require(access.ReportsWrite); err != nil {
		return "", err
	}
	order, err := j.order(p, &a)
	if err != nil {
		return "", err
	}
	release, err := j.hold(ctx)
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			release()
		}
	}()
	kept, err := j.begun(p, a)
	if err != nil {
		return "", err
	}
	switch there, err := j.q.ReportJobs(ctx, filter.Everything(), kept.Job, 1); {
	case err != nil:
		return "", err
	case len(there) > 0: // another server has begun what a schedule wants
		return "", problem.New("report_job_there")
	}
	first := queries.ReportJobStep{Job: kept.Job, Seq: 1, Step: string(Tables), At: kept.BegunAt}
	entry := audit.By(p, audit.ReportOrdered, kept.Job, "set", kept.Set, "from", a.Window.From, "to", a.Window.To, "region", a.Region, "waived", len(a.Waivers))
	if len(a.Waivers) > 0 {
		entry = entry.Because(a.Waivers[0].Reason)
	}
	if err := j.log.Do(ctx, entry, func(ctx context.Context) error { return j.q.BeginReportJob(ctx, kept, first) }); err != nil {
		return "", err
	}
	j.work.Go(func() {
		defer release()
		j.prepare(p, kept.Job, order)
	})
	return kept.Job, nil
}

// order checks what is asked for, and completes it.
func (j *Jobs) order(p access.Principal, a *Asked) (Order, error) {
	set, err := j.Set(a.Set)
	if err != nil {
		return Order{}, err
	}
	a.Set = set.ID
	switch {
	case a.Window.From == 0 || a.Window.To == 0:
		return Order{}, problem.New("report_no_months")
	case a.Window.From > a.Window.To:
		return Order{}, problem.New("window_reversed", "from", a.Window.From, "to", a.Window.To)
	case a.Region != everywhere && !region.Known(a.Region):
		return Order{}, problem.New("report_region", "region", a.Region)
	case !p.Scope(access.ReportsWrite).Allows(a.Region):
		return Order{}, problem.New("report_foreign", "region", a.Region)
	case len([]rune(a.Organisation)) > longestWords:
		return Order{}, problem.New("report_long", "most", longestWords)
	}
	for i, w := range a.Waivers {
		switch {
		case strings.TrimSpace(w.Reason) == "":
			return Order{}, problem.New("report_waiver_reason", "check", w.Check)
		case len([]rune(w.Reason)) > longestWords:
			return Order{}, problem.New("report_long", "most", longestWords)
		}
		a.Waivers[i].By, a.Waivers[i].Name = p.Account(), p.Name()
	}
	return Order{Set: set, View: queries.View{Window: a.Window, Comparison: a.Comparison}, Scope: filter.Regions(a.Region), Conceal: !p.Can(access.FiguresRecord), Mask: a.Mask,
		Organisation: a.Organisation, PreparedBy: p.Name(), Waivers: a.Waivers}, nil
}

// everywhere is the region of all that there is.
const everywhere = "000000"

// begun is a preparation as it is kept.
func (j *Jobs) begun(p access.Principal, a Asked) (queries.ReportJob, error) {
	waivers, err := json.Marshal(a.Waivers)
	id := newID()
	if a.Schedule != "" {
		id = jobOf(a.Schedule, a.Due)
	}
	return queries.ReportJob{Job: id, BegunAt: j.moment(), Account: p.Account(), Person: p.Name(), Set: a.Set, From: uint32(a.Window.From), To: uint32(a.Window.To),
		Comparison: a.Comparison, Region: a.Region, Organisation: a.Organisation, Few: p.Can(access.FiguresRecord), Mask: a.Mask, Waivers: string(waivers),
		Schedule: a.Schedule, Due: uint32(a.Due)}, err //nolint:gosec // eight digits
}

// newID is 32 hexadecimal digits that nobody else has.
func newID() string {
	var bytes [16]byte
	_, _ = rand.Read(bytes[:]) // never fails
	return hex.EncodeToString(bytes[:])
}

// moment is now, to the millisecond that the store keeps.
func (j *Jobs) moment() time.Time { return j.now().UTC().Truncate(time.Millisecond) }

// hold takes the place of the one that prepares, and the store's. What is still noted as going on then is not.
func (j *Jobs) hold(ctx context.Context) (release func(), err error) {
	alone, err := j.alone(ctx)
	if err != nil {
		return nil, err
	}
	if err := j.bury(ctx); err != nil {
		alone()
		return nil, err
	}
	free, err := j.lock(ctx)
	if err != nil {
		alone()
		return nil, err
	}
	return func() { free(); alone() }, nil
}

func (j *Jobs) alone(ctx context.Context) (release func(), err error) {
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	release, err = j.q.Store().LockFile(waiting, lockName)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return nil, problem.Wrap(err, "report_job_busy")
	}
	return release, err
}

// bury notes of what was going on when a server died that it goes on no more. Its caller holds the lock.
func (j *Jobs) bury(ctx context.Context) error {
	open, err := j.q.OpenReportJobs(ctx, Ends)
	for _, one := range open {
		if err := j.q.StepReportJob(ctx, queries.ReportJobStep{Job: one.Job, Seq: one.Seq + 1, Step: Interrupted, At: j.moment()}); err != nil {
			return err
		}
	}
	return err
}

// Recover notes what was interrupted when the last server died, unless another server prepares a report just now.
func (j *Jobs) Recover(ctx context.Context) error {
	release, err := j.alone(ctx)
	if problem.Code(err) == "report_job_busy" {
		return nil
	}
	if err != nil {
		return err
	}
	defer release()
	return j.bury(ctx)
}

// prepare prepares a report and notes how far it is. It never panics: a chart that cannot be drawn is no reason to end the server.
func (j *Jobs) prepare(p access.Principal, job string, order Order) {
	seq := uint32(1)
	note := func(ctx context.Context, s queries.ReportJobStep) {
		seq++
		s.Job, s.Seq, s.At = job, seq, j.moment()
		if err := j.q.StepReportJob(ctx, s); err != nil {
			j.errors.Error("how far a report is was not noted", "job", job, "step", s.Step, "error", err)
		}
	}
	end := func(s queries.ReportJobStep) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(j.life), lastWords)
		defer cancel()
		note(ctx, s)
	}
	defer func() {
		if broken := recover(); broken != nil {
			j.errors.Error("a report was not prepared", "job", job, "panic", broken, "stack", string(debug.Stack()))
			end(queries.ReportJobStep{Step: Failed, Problem: inWords(problem.New("report_job_broken", "job", job[:8]))})
		}
	}()
	made, err := j.preparer.Make(j.life, order, func(at Stage) {
		if at != Tables {
			note(j.life, queries.ReportJobStep{Step: string(at)})
		}
	})
	if err == nil && len(made.Failed()) == 0 {
		note(j.life, queries.ReportJobStep{Step: string(Files)})
		var kept report.Kept
		if kept, err = j.archive.Keep(j.life, p, made); err == nil {
			end(queries.ReportJobStep{Step: Done, Report: kept.ID})
			return
		}
	}
	switch {
	case j.life.Err() != nil:
		end(queries.ReportJobStep{Step: Interrupted})
	case err != nil:
		if problem.Code(err) == "" {
			j.errors.Error("a report was not prepared", "job", job, "error", err)
			err = problem.New("report_job_broken", "job", job[:8])
		}
		end(queries.ReportJobStep{Step: Failed, Problem: inWords(err)})
	default:
		checks, err := json.Marshal(made.Failed())
		if err != nil {
			panic(err) // texts and lists
		}
		end(queries.ReportJobStep{Step: Refused, Checks: string(checks)})
	}
}

// inWords is a problem in every language, as JSON: whoever reads it may have another than who asked.
func inWords(err error) string {
	words := map[string]string{}
	for _, language := range i18n.Languages {
		words[language] = i18n.For(language).Error(err)
	}
	text, err := json.Marshal(words)
	if err != nil {
		panic(err) // texts
	}
	return string(text)
}

// List lists the preparations that a principal may see, the latest first.
func (j *Jobs) List(ctx context.Context, p access.Principal, most int) ([]Job, error) {
	if err := p.Require(access.ReportsRead); err != nil {
		return nil, err
	}
	return j.read(ctx, p, "", most)
}

// Find finds a preparation that a principal may see.
func (j *Jobs) Find(ctx context.Context, p access.Principal, job string) (Job, error) {
	if err := p.Require(access.ReportsRead); err != nil {
		return Job{}, err
	}
	found, err := j.read(ctx, p, job, 1)
	if err == nil && (job == "" || len(found) != 1) {
		return Job{}, problem.New("report_job_unknown")
	}
	if err != nil {
		return Job{}, err
	}
	return found[0], nil
}

func (j *Jobs) read(ctx context.Context, p access.Principal, job string, most int) ([]Job, error) {
	rows, err := j.q.ReportJobs(ctx, p.Scope(access.ReportsRead), job, most)
	if err != nil {
		return nil, err
	}
	var all []Job
	for _, row := range rows {
		one := Job{KnownReportJob: row}
		if err := json.Unmarshal([]byte(row.Waivers), &one.Waivers); err != nil {
			return nil, fmt.Errorf("read the waivers of %s: %w", row.Job, err)
		}
		if row.Checks != "" {
			if err := json.Unmarshal([]byte(row.Checks), &one.Failed); err != nil {
				return nil, fmt.Errorf("read the checks of %s: %w", row.Job, err)
			}
		}
		all = append(all, one)
	}
	return all, nil
}

// Again is what a preparation was asked for, to be asked for once more.
func (j Job) Again() Asked {
	return Asked{Set: j.Set, Window: period.Range{From: period.Period(j.From), To: period.Period(j.To)}, Comparison: j.Comparison, Region: j.Region, Organisation: j.Organisation,
		Mask: j.Mask, Waivers: slices.Clone(j.Waivers)}
}
