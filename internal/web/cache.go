package web

import (
	"container/list"
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/singleflight"

	"jianfu/internal/filter"
	"jianfu/queries"
)

// cachedOverviews is how many overviews are kept; one is some ten kilobytes.
const cachedOverviews = 256

// overviewCache keeps the overviews of runs. A run never changes, so an entry never goes stale: its key holds the run,
// the whole scope of the reader and the whole view, and nothing else decides what the store answers. Readers who ask
// for the same at once wait for one answer.
type overviewCache struct {
	asking singleflight.Group

	mu      sync.Mutex
	byKey   map[string]*list.Element
	recency *list.List // the last used first
}

type cachedOverview struct {
	key      string
	overview queries.Overview
}

func newOverviewCache() *overviewCache {
	return &overviewCache{byKey: map[string]*list.Element{}, recency: list.New()}
}

// overviewKey is unambiguous: texts are quoted.
func overviewKey(run uint32, scope filter.Scope, view queries.View) string {
	return fmt.Sprintf("%d %q %d %d %q %v", run, scope.Prefixes(), view.Window.From, view.Window.To, view.Comparison, view.Payers)
}

// get returns what is kept for the run, or asks. The answer may be of a later run, when one was published meanwhile;
// it is kept as that one's.
func (c *overviewCache) get(ctx context.Context, run uint32, scope filter.Scope, view queries.View,
	ask func(context.Context, filter.Scope, queries.View) (queries.Overview, error),
) (queries.Overview, error) {
	key := overviewKey(run, scope, view)
	if o, ok := c.find(key); ok {
		return o, nil
	}
	answer, err, _ := c.asking.Do(key, func() (any, error) {
		if o, ok := c.find(key); ok { // answered between our look and our turn
			return o, nil
		}
		o, err := ask(ctx, scope, view)
		if err == nil {
			c.keep(overviewKey(o.Stamp.Run, scope, view), o)
		}
		return o, err
	})
	if err != nil {
		return queries.Overview{}, err
	}
	return answer.(queries.Overview), nil
}

func (c *overviewCache) find(key string) (queries.Overview, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, ok := c.byKey[key]
	if !ok {
		return queries.Overview{}, false
	}
	c.recency.MoveToFront(element)
	return element.Value.(*cachedOverview).overview, true
}

func (c *overviewCache) keep(key string, o queries.Overview) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.byKey[key]; ok {
		return
	}
	c.byKey[key] = c.recency.PushFront(&cachedOverview{key, o})
	if c.recency.Len() > cachedOverviews {
		oldest := c.recency.Remove(c.recency.Back()).(*cachedOverview)
		delete(c.byKey, oldest.key)
	}
}
