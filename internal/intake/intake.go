// Package intake is how files come into the store by way of pages (上传装载): they are received in parts and go on after a broken
// connection, wait to be looked at, and are then loaded and computed by jobs that go on when the browser is closed. What a load
// finds and does is the business of package etl, which is given as Work; nothing here reads a file's contents.
//
// Files are received by the tus protocol (tus.io, version 1.0), of which tusd is the standard implementation.
package intake

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tus/tusd/v2/pkg/filestore"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/identifier"
	"jianfu/internal/problem"
	"jianfu/queries"
)

// How is how a file is to be read, and which of the load's doubts are meant.
type How struct {
	Encoding string   // "" to find out
	Allow    []string // codes of the problems that do not stop the load
	Reason   string   // why not
}

// Loaded is what a load did.
type Loaded struct {
	Load    uint32
	Already bool // the same contents had been loaded before, as that load
}

// Computed is what a recompute did.
type Computed struct {
	Run  uint32
	Held bool // it waits for somebody to publish it
}

// Progress says how much is done of how much, in units of the work's own; of 0 it is not known.
type Progress func(done, total int64)

// Work is what is done with files.
type Work struct {
	Encodings []string // that a text can be said to be in
	Doubts    []string // codes of the problems that stop a load unless they are meant

	Preview   func(ctx context.Context, path string, how How) (Preview, error)
	Load      func(ctx context.Context, by access.Principal, path string, how How, progress Progress) (Loaded, error)
	Recompute func(ctx context.Context, by access.Principal, progress Progress) (Computed, error)
	InWords   func(err error) map[string]string // by language
}

// Intake has the files that were received, and the jobs that load them.
type Intake struct {
	dir    string // which nobody else writes to
	place  string // by which the jobs of this folder are known
	files  filestore.FileStore
	q      *queries.Queries
	log    *audit.Log
	work   Work
	now    func() time.Time
	errors *slog.Logger

	// Files takes files in, by the tus protocol. Encodings and Doubts are those of the Work.
	Files     http.Handler
	Encodings []string
	Doubts    []string

	life    context.Context // ends with the server
	stop    context.CancelFunc
	working sync.WaitGroup
	turn    sync.Mutex // one job at a time; the others wait
	reading sync.Mutex // likewise of files that are looked at

	mu       sync.Mutex
	previews map[string]*looked
	progress map[string]*reached
}

// New keeps files in a folder, which it makes. What was broken off when the server ended is noted as such.
func New(ctx context.Context, dir string, q *queries.Queries, work Work, now func() time.Time, log *slog.Logger) (*Intake, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, problem.Wrap(err, "intake_no_folder", "dir", dir)
	}
	place, err := placeOf(dir)
	if err != nil {
		return nil, err
	}
	in := &Intake{dir: dir, place: place, files: filestore.New(dir), q: q, log: audit.New(q, now), work: work, now: now, errors: log, Encodings: work.Encodings, Doubts: work.Doubts,
		previews: map[string]*looked{}, progress: map[string]*reached{}}
	in.files.FileModePerm, in.files.DirModePerm = 0o600, 0o700
	in.life, in.stop = context.WithCancel(context.Background())
	if in.Files, err = in.receiver(); err != nil {
		return nil, err
	}
	if err := in.breakOff(ctx); err != nil {
		return nil, err
	}
	in.tidy()
	return in, nil
}

// Close breaks off the job at work, and waits until that is noted.
func (in *Intake) Close() {
	in.stop()
	in.working.Wait()
}

// placeFile holds what a folder is known by.
const placeFile = "place"

// placeOf reads what a folder is known by, or gives it a name.
func placeOf(dir string) (string, error) {
	path := filepath.Join(dir, placeFile)
	known, err := os.ReadFile(path)
	if text := strings.TrimSpace(string(known)); err == nil && identified(text) {
		return text, nil
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", problem.Wrap(err, "intake_no_folder", "dir", dir)
	}
	place := identifier.New()
	if err := os.WriteFile(path, []byte(place+"\n"), 0o600); err != nil {
		return "", problem.Wrap(err, "intake_no_folder", "dir", dir)
	}
	return place, nil
}

// identified tells whether a text is such an identifier. Nothing else ever becomes part of a path.
func identified(text string) bool {
	bytes, err := hex.DecodeString(text)
	return err == nil && len(bytes) == 16 && text == strings.ToLower(text)
}

// The steps of a job. Those from Done on end it.
const (
	Waiting     = "waiting"     // for the jobs before it
	Loading     = "loading"     // or waiting for the store, which a command has
	Recomputing = "recomputing" // the load is in
	Done        = "done"
	Held        = "held"        // the run waits for somebody to publish it
	Failed      = "failed"      // before the load was in: nothing has changed
	Uncomputed  = "uncomputed"  // the load is in; its recompute failed
	Interrupted = "interrupted" // the server was stopped, or died
)

// Ends lists the steps that end a job.
var Ends = []string{Done, Held, Failed, Uncomputed, Interrupted}

// Job is a file on its way into the store.
type Job struct {
	queries.KnownLoadJob
	Part, Whole int64 // how far the step at work is; 0 where it is not known
}

// Over tells whether it has ended.
func (j Job) Over() bool { return slices.Contains(Ends, j.Step) }

// Why says in a language why it went no further; "" where nothing was in its way.
func (j Job) Why(language string) string {
	words := map[string]string{}
	if json.Unmarshal([]byte(j.Problem), &words) != nil {
		return ""
	}
	return words[language]
}

// reached is how far the step at work is.
type reached struct{ part, whole int64 }

// shownJobs is how many of the latest jobs are listed.
const shownJobs = 20

// Jobs lists the latest jobs.
func (in *Intake) Jobs(ctx context.Context) ([]Job, error) {
	known, err := in.q.LoadJobs(ctx, shownJobs)
	if err != nil {
		return nil, fmt.Errorf("list the jobs: %w", err)
	}
	jobs := make([]Job, len(known))
	in.mu.Lock()
	defer in.mu.Unlock()
	for i, k := range known {
		jobs[i] = Job{KnownLoadJob: k}
		if at := in.progress[k.Job]; at != nil {
			jobs[i].Part, jobs[i].Whole = at.part, at.whole
		}
	}
	return jobs, nil
}

// Begin begins to load a file that has been received whole, for somebody who may.
func (in *Intake) Begin(ctx context.Context, by access.Principal, id string, how How, recompute bool) (job string, err error) {
	if err := by.Require(access.LoadsWrite); err != nil {
		return "", err
	}
	u, err := in.Upload(id)
	switch {
	case err != nil:
		return "", err
	case !u.Whole():
		return "", problem.New("intake_not_whole", "file", u.Name)
	case len(how.Allow) > 0:
		if how.Reason, err = audit.Reason(how.Reason); err != nil {
			return "", err
		}
	}
	jobs, err := in.Jobs(ctx)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(jobs, func(j Job) bool { return j.Upload == id && !j.Over() }) {
		return "", problem.New("intake_at_work", "file", u.Name)
	}
	row := queries.LoadJob{Job: identifier.New(), Account: by.Account(), Place: in.place, Upload: id, File: u.Name, Recompute: recompute, Codes: how.Allow, Step: Waiting}
	entry := audit.By(by, audit.LoadOrdered, row.Job, "file", u.Name, "bytes", u.Size, "recompute", recompute, "allowed", strings.Join(how.Allow, " "))
	if how.Reason != "" {
		entry = entry.Because(how.Reason)
	}
	if err := in.log.Do(ctx, entry, func(ctx context.Context) error { return in.q.PutLoadJob(ctx, row, 1, in.now()) }); err != nil {
		return "", err
	}
	in.working.Go(func() { in.run(by, row, u, how) })
	return row.Job, nil
}

// run does the work of a job, and notes how far it comes.
func (in *Intake) run(by access.Principal, row queries.LoadJob, u Upload, how How) {
	in.turn.Lock()
	defer in.turn.Unlock()
	defer in.reach(row.Job, nil)
	note := in.noting(row)
	if in.life.Err() != nil {
		note(Interrupted, nil)
		return
	}
	note(Loading, nil)
	loaded, err := in.work.Load(in.life, by, u.path, how, in.reporting(row.Job))
	if err != nil {
		note(in.endedBy(Failed), err)
		return
	}
	row.Load = loaded.Load
	note = in.noting(row)
	in.forget(u.ID)
	if !row.Recompute || loaded.Already {
		note(Done, nil)
		return
	}
	note(Recomputing, nil)
	computed, err := in.work.Recompute(in.life, by, in.reporting(row.Job))
	if err != nil {
		note(in.endedBy(Uncomputed), err)
		return
	}
	row.Run = computed.Run
	if computed.Held {
		in.noting(row)(Held, nil)
		return
	}
	in.noting(row)(Done, nil)
}

// endedBy is the step that ends a job that met a problem: the server's end is none of the file's.
func (in *Intake) endedBy(step string) string {
	if in.life.Err() != nil {
		return Interrupted
	}
	return step
}

// reporting takes in how far the step at work is.
func (in *Intake) reporting(job string) Progress {
	return func(done, total int64) { in.reach(job, &reached{done, total}) }
}

func (in *Intake) reach(job string, at *reached) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if at == nil {
		delete(in.progress, job)
		return
	}
	in.progress[job] = at
}

// lastWords is how long it may take to note a step once the server is ending.
const lastWords = 10 * time.Second

// noting writes steps of a job. One that cannot be written is found to be broken off at the next start.
func (in *Intake) noting(row queries.LoadJob) func(step string, why error) {
	return func(step string, why error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(in.life), lastWords)
		defer cancel()
		in.reach(row.Job, nil)
		if err := in.note(ctx, row, step, why); err != nil {
			in.errors.Error("a step of a load was not noted", "job", row.Job, "step", step, "error", err)
		}
	}
}

// note writes the next step of a job.
func (in *Intake) note(ctx context.Context, row queries.LoadJob, step string, why error) error {
	last, found, err := in.q.LoadJobByID(ctx, row.Job)
	if err != nil {
		return err
	}
	if !found {
		return problem.New("intake_no_job")
	}
	row.Step, row.Problem = step, ""
	if why != nil {
		in.errors.Warn("a load by way of a page went no further", "job", row.Job, "step", step, "error", why)
		words, err := json.Marshal(in.work.InWords(why))
		if err != nil {
			return err
		}
		row.Problem = string(words)
		if code := problem.Code(why); code != "" {
			row.Codes = append(slices.Clone(row.Codes), code)
		}
	}
	return in.q.PutLoadJob(ctx, row, last.Last+1, in.now())
}

// breakOff notes of jobs that an earlier server of this folder left behind that they were broken off.
func (in *Intake) breakOff(ctx context.Context) error {
	left, err := in.q.UnendedLoadJobs(ctx, in.place, Ends)
	if err != nil {
		return fmt.Errorf("look for jobs that were broken off: %w", err)
	}
	for _, j := range left {
		if err := in.note(ctx, j.LoadJob, Interrupted, nil); err != nil {
			return err
		}
	}
	return nil
}
