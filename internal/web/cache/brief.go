package cache

import (
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// How long something that every page shows of an account is known before the store is asked again, and of how many accounts.
const (
	briefly    = 15 * time.Second
	mostBriefs = 10_000
)

// Brief keeps what the store answered about accounts for a short time, for what every page shows. What this server changes itself it
// forgets at once. (The library's own cache that forgets with time does not do: it would keep what was asked before something
// changed and answered after, and each leaves a goroutine behind that never ends.)
type Brief[T any] struct {
	mu        sync.Mutex
	of        *simplelru.LRU[string, briefAnswer[T]]
	forgotten int // how often something was, so that an answer from before is not kept after it
}

type briefAnswer[T any] struct {
	value T
	until time.Time
}

// NewBrief knows nothing yet.
func NewBrief[T any]() *Brief[T] {
	of, _ := simplelru.NewLRU[string, briefAnswer[T]](mostBriefs, nil) // fails for none alone
	return &Brief[T]{of: of}
}

// Get returns what is known, or asks.
func (b *Brief[T]) Get(key string, ask func() (T, error)) (T, error) {
	b.mu.Lock()
	known, ok := b.of.Get(key)
	forgotten := b.forgotten
	b.mu.Unlock()
	if ok && time.Now().Before(known.until) {
		return known.value, nil
	}
	value, err := ask()
	if err != nil {
		return value, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.forgotten != forgotten {
		return value, nil
	}
	b.of.Add(key, briefAnswer[T]{value, time.Now().Add(briefly)})
	return value, nil
}

// Forget lets it be asked for anew.
func (b *Brief[T]) Forget(key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forgotten++
	b.of.Remove(key)
}
