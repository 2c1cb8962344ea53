package kit

import (
	"context"
	"strconv"
	"sync"
	"time"

	"jianfu/internal/filter"
	"jianfu/internal/web/cache"
	"jianfu/queries"
)

// currentRun is the number of the current run. The store is asked once for all who ask at that moment.
func (s *Kit) currentRun(ctx context.Context) (uint32, error) {
	s.run.mutex.Lock()
	number, age := s.run.number, time.Since(s.run.asked)
	s.run.mutex.Unlock()
	if age < runKnownFor {
		return number, nil
	}
	run, err, _ := s.Kept.Asking.Do("run", func() (any, error) {
		asked := time.Now()
		run, err := s.Config.Run(ctx)
		loads := uint32(0)
		if err == nil && s.Config.Queries != nil {
			loads, err = s.Config.Queries.LoadsVersion(ctx)
		}
		if err == nil {
			s.run.mutex.Lock()
			s.run.number, s.run.loads, s.run.asked = run, loads, asked
			s.run.mutex.Unlock()
		}
		return run, err
	})
	if err != nil {
		return 0, err
	}
	return run.(uint32), nil
}

// loadsKnown is the version of the loads as it was when the current run was last asked for.
func (s *Kit) loadsKnown() string {
	s.run.mutex.Lock()
	defer s.run.mutex.Unlock()
	return strconv.FormatUint(uint64(s.run.loads), 10)
}

// knownRun is the current run as it was when the store was last asked.
type knownRun struct {
	mutex  sync.Mutex
	number uint32
	loads  uint32 // version of the loads, by which a stamp may change without a run
	asked  time.Time
}

// runKnownFor is how long the number of the current run is taken to be known: what is published is seen after so long at
// most, and no sooner is the store asked again, however many ask for pages.
const runKnownFor = 500 * time.Millisecond

// Stamp is that of the current run.
func (s *Kit) Stamp(ctx context.Context, scope filter.Scope) (queries.Stamp, error) {
	run, err := s.currentRun(ctx)
	if err != nil {
		return queries.Stamp{}, err
	}
	return cache.Kept(ctx, s.Kept, cache.Question{Kind: "stamp", Run: run, Scope: scope, More: []string{s.loadsKnown()}}, func(ctx context.Context) (queries.Stamp, uint32, error) {
		stamp, err := s.Config.Stamp(ctx, scope)
		return stamp, stamp.Run, err
	})
}
