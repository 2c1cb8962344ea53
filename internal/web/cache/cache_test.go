package cache

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
	key := func(run uint32, scope filter.Scope, view queries.View) string {
		return Question{Kind: "k", Run: run, Scope: scope, View: view}.Key()
	}
	view := queries.View{Window: period.Range{From: 201905, To: 201912}, Comparison: "a", Payers: []contribution.Payer{contribution.Employer}}
	other := func(change func(*queries.View)) queries.View { v := view; change(&v); return v }
	base := key(1, filter.Everything(), view)
	for name, key := range map[string]string{
		"another run":          key(2, filter.Everything(), view),
		"another scope":        key(1, filter.Regions("320100"), view),
		"two scopes":           key(1, filter.Regions("320100", "320200"), view),
		"no scope":             key(1, filter.Scope{}, view),
		"another first month":  key(1, filter.Everything(), other(func(v *queries.View) { v.Window.From = 201906 })),
		"another last month":   key(1, filter.Everything(), other(func(v *queries.View) { v.Window.To = 201911 })),
		"another comparison":   key(1, filter.Everything(), other(func(v *queries.View) { v.Comparison = "b" })),
		"another kind":         Question{Kind: "kind", Run: 1, Scope: filter.Everything(), View: view}.Key(),
		"another parameter":    Question{Kind: "k", Run: 1, Scope: filter.Everything(), View: view, More: []string{"a"}}.Key(),
		"another region":       key(1, filter.Everything(), other(func(v *queries.View) { v.Narrow.Region = "320100" })),
		"another industry":     key(1, filter.Everything(), other(func(v *queries.View) { v.Narrow.Industry = "C" })),
		"another size":         key(1, filter.Everything(), other(func(v *queries.View) { v.Narrow.Size = "small" })),
		"another ownership":    key(1, filter.Everything(), other(func(v *queries.View) { v.Narrow.EconomicType = "state" })),
		"another kind of unit": key(1, filter.Everything(), other(func(v *queries.View) { v.Narrow.UnitKind = "enterprise" })),
		"another insurance":    key(1, filter.Everything(), other(func(v *queries.View) { v.Narrow.Insurance = "pension" })),
		"another payer": key(1, filter.Everything(), other(func(v *queries.View) {
			v.Payers = []contribution.Payer{contribution.Employee}
		})),
	} {
		if key == base {
			t.Errorf("%s has the same key", name)
		}
	}
}

func TestTheCacheAsksOnceARun(t *testing.T) {
	c := NewAnswers(CachedAnswers)
	var asked atomic.Int32
	get := func(run uint32, scope filter.Scope) (uint64, error) {
		return Kept(t.Context(), c, Question{Kind: "units", Run: run, Scope: scope}, func(context.Context) (uint64, uint32, error) {
			asked.Add(1)
			return uint64(len(scope.Prefixes())), 7, nil
		})
	}
	var wait sync.WaitGroup
	for range 50 {
		wait.Go(func() {
			if units, err := get(7, filter.Everything()); err != nil || units != 1 {
				t.Errorf("got %d, %v", units, err)
			}
		})
	}
	wait.Wait()
	if n := asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
	if units, _ := get(7, filter.Regions("320100", "320200")); units != 2 {
		t.Error("one reader saw another's figures")
	}
	if _, err := get(6, filter.Everything()); err != nil || asked.Load() != 3 {
		t.Errorf("the answer of run 7 was kept as run 6's: %v, asked %d times", err, asked.Load())
	}
}

func TestTheCacheForgetsFaultsAndTheOldest(t *testing.T) {
	c := NewAnswers(CachedAnswers)
	_, err := Kept(t.Context(), c, Question{Run: 1}, func(context.Context) (int, uint32, error) { return 0, 1, errors.New("down") })
	if _, found := c.Find(Question{Run: 1}.Key()); err == nil || found {
		t.Errorf("a problem was kept: %v", err)
	}
	for run := range uint32(CachedAnswers + 1) {
		c.Keep(Question{Run: run}.Key(), 0)
	}
	if _, ok := c.Find(Question{Run: 0}.Key()); ok {
		t.Error("the oldest is still kept")
	}
	if _, ok := c.Find(Question{Run: CachedAnswers}.Key()); !ok || c.Entries.Len() != CachedAnswers {
		t.Errorf("%d entries, and the newest among them: %v", c.Entries.Len(), ok)
	}
}
