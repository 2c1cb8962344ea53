package cache

import (
	"sync"
	"time"
)

// How long something that every page shows of an account is known before the store is asked again, and of how many accounts.
const (
	briefly    = 15 * time.Second
	mostBriefs = 10_000
)

// Brief keeps what the store answered about accounts for a short time, for what every page shows. What this server changes itself it
// forgets at once.
type Brief[T any] struct {
	mu        sync.Mutex
	of        map[string]briefAnswer[T]
	forgotten int // how often something was, so that an answer from before is not kept after it
}

type briefAnswer[T any] struct {
	value T
	until time.Time
}

// Get returns what is known, or asks.
func (b *Brief[T]) Get(key string, ask func() (T, error)) (T, error) {
	b.mu.Lock()
	known, ok := b.of[key]
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
	if b.of == nil || len(b.of) > mostBriefs {
		b.of = map[string]briefAnswer[T]{}
	}
	b.of[key] = briefAnswer[T]{value, time.Now().Add(briefly)}
	return value, nil
}

// Forget lets it be asked for anew.
func (b *Brief[T]) Forget(key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forgotten++
	delete(b.of, key)
}
