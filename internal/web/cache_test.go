package web

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/period"
	"jianfu/queries"
)

func TestTheCacheNeverMixesReadersOrViews(t *testing.T) {
	view := queries.View{Window: period.Range{From: 201905, To: 201912}, Comparison: "a", Payers: []contribution.Payer{contribution.Employer}}
	other := func(change func(*queries.View)) queries.View { v := view; change(&v); return v }
	base := overviewKey(1, filter.Everything(), view)
	for name, key := range map[string]string{
		"another run":         overviewKey(2, filter.Everything(), view),
		"another scope":       overviewKey(1, filter.Regions("320100"), view),
		"two scopes":          overviewKey(1, filter.Regions("320100", "320200"), view),
		"no scope":            overviewKey(1, filter.Scope{}, view),
		"another first month": overviewKey(1, filter.Everything(), other(func(v *queries.View) { v.Window.From = 201906 })),
		"another last month":  overviewKey(1, filter.Everything(), other(func(v *queries.View) { v.Window.To = 201911 })),
		"another comparison":  overviewKey(1, filter.Everything(), other(func(v *queries.View) { v.Comparison = "b" })),
		"another payer": overviewKey(1, filter.Everything(), other(func(v *queries.View) {
			v.Payers = []contribution.Payer{contribution.Employee}
		})),
	} {
		if key == base {
			t.Errorf("%s has the same key", name)
		}
	}
}

func TestTheCacheAsksOnceARun(t *testing.T) {
	c := newOverviewCache()
	var asked atomic.Int32
	ask := func(_ context.Context, scope filter.Scope, _ queries.View) (queries.Overview, error) {
		asked.Add(1)
		return queries.Overview{Stamp: queries.Stamp{Run: 7}, Total: queries.MemberRow{Units: uint64(len(scope.Prefixes()))}}, nil
	}
	var wait sync.WaitGroup
	for range 50 {
		wait.Go(func() {
			if o, err := c.get(t.Context(), 7, filter.Everything(), queries.View{}, ask); err != nil || o.Total.Units != 1 {
				t.Errorf("got %+v, %v", o.Total, err)
			}
		})
	}
	wait.Wait()
	if n := asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
	if o, _ := c.get(t.Context(), 7, filter.Regions("320100", "320200"), queries.View{}, ask); o.Total.Units != 2 {
		t.Error("one reader saw another's figures")
	}
	if _, err := c.get(t.Context(), 6, filter.Everything(), queries.View{}, ask); err != nil || asked.Load() != 3 {
		t.Errorf("the answer of run 7 was kept as run 6's: %v, asked %d times", err, asked.Load())
	}
}

func TestTheCacheForgetsFaultsAndTheOldest(t *testing.T) {
	c := newOverviewCache()
	broken := func(context.Context, filter.Scope, queries.View) (queries.Overview, error) {
		return queries.Overview{}, errors.New("down")
	}
	if _, err := c.get(t.Context(), 1, filter.Everything(), queries.View{}, broken); err == nil {
		t.Error("no error")
	}
	for run := range uint32(cachedOverviews + 1) {
		c.keep(overviewKey(run, filter.Everything(), queries.View{}), queries.Overview{})
	}
	if _, ok := c.find(overviewKey(0, filter.Everything(), queries.View{})); ok {
		t.Error("the oldest is still kept")
	}
	if len(c.byKey) != cachedOverviews || c.recency.Len() != cachedOverviews {
		t.Errorf("%d keys, %d entries", len(c.byKey), c.recency.Len())
	}
}
