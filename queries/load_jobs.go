package queries

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"jianfu/internal/store"
)

// LoadJob is a file on its way into the store, at one of its steps; internal/intake gives the words their meaning.
type LoadJob struct {
	Job       string   `ch:"job"` // 32 hexadecimal digits
	Account   string   `ch:"account"`
	Place     string   `ch:"place"`
	Upload    string   `ch:"upload"`
	File      string   `ch:"file"`
	Recompute bool     `ch:"recompute"`
	Codes     []string `ch:"codes"`
	Step      string   `ch:"step"`
	Load      uint32   `ch:"load"` // 0 until it is known
	Run       uint32   `ch:"run"`  // likewise
	Problem   string   `ch:"problem"`
}

// KnownLoadJob is a job at its last step.
type KnownLoadJob struct {
	LoadJob
	Last      uint32    `ch:"last"` // number of the step
	BegunAt   time.Time `ch:"begun_at"`
	ChangedAt time.Time `ch:"changed_at"`
}

//go:embed load_job/jobs.sql
var loadJobsSQL string

// LoadJobs lists the latest jobs. They change figures of all regions, so that their caller asks for nobody who sees only a part.
func (q *Queries) LoadJobs(ctx context.Context, most uint32) ([]KnownLoadJob, error) {
	return store.Select[KnownLoadJob](ctx, q.db, loadJobsSQL, store.Params{"job": "", "place": "", "ended": []string{}, "most": most})
}

// LoadJobByID finds one job; false says that there is none.
func (q *Queries) LoadJobByID(ctx context.Context, job string) (KnownLoadJob, bool, error) {
	jobs, err := store.Select[KnownLoadJob](ctx, q.db, loadJobsSQL, store.Params{"job": job, "place": "", "ended": []string{}, "most": uint32(1)})
	if err != nil || len(jobs) == 0 {
		return KnownLoadJob{}, false, err
	}
	return jobs[0], true, nil
}

// mostBrokenOff is how many jobs a server can have left behind: it has one at work and some that wait for it.
const mostBrokenOff = 1000

// UnendedLoadJobs lists the jobs of a place whose last step is none of those that end one.
func (q *Queries) UnendedLoadJobs(ctx context.Context, place string, ended []string) ([]KnownLoadJob, error) {
	return store.Select[KnownLoadJob](ctx, q.db, loadJobsSQL, store.Params{"job": "", "place": place, "ended": ended, "most": uint32(mostBrokenOff)})
}

// PutLoadJob writes a step of a job.
func (q *Queries) PutLoadJob(ctx context.Context, j LoadJob, seq uint32, at time.Time) error {
	type row struct {
		LoadJob
		Seq uint32    `ch:"seq"`
		At  time.Time `ch:"at"`
	}
	const into = `INSERT INTO load_jobs (job, account, place, upload, file, recompute, codes, step, load, run, problem, seq, at)`
	if err := store.Insert(ctx, q.db, into, []row{{j, seq, at}}); err != nil {
		return fmt.Errorf("note that job %s is at %s: %w", j.Job, j.Step, err)
	}
	return nil
}
