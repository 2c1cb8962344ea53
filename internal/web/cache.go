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

// cachedAnswers is how many answers are kept; one is some ten kilobytes.
const cachedAnswers = 512

// keptParts is how many parts of pages are kept; one is some hundred kilobytes.
const keptParts = 128

// answers keeps what the store answered about runs. A run never changes, so an entry never goes stale: its key holds
// the run, the whole scope of the reader, the whole view and what else the question holds, and nothing else decides what
// the store answers. Readers who ask for the same at once wait for one answer.
type answers struct {
	asking singleflight.Group

	most    int
	mu      sync.Mutex
	byKey   map[string]*list.Element
	recency *list.List // the last used first
}

type keptAnswer struct {
	key   string
	value any
}

func newAnswers(most int) *answers {
	return &answers{most: most, byKey: map[string]*list.Element{}, recency: list.New()}
}

// question is what the key of an answer is made of. Kind names what is asked, and More holds the parameters that the view
// does not, all of them.
type question struct {
	Kind  string
	Run   uint32
	Scope filter.Scope
	View  queries.View
	More  []string
}

// key is unambiguous: texts are quoted.
func (q question) key() string {
	v := q.View
	return fmt.Sprintf("%q %d %q %v %d %d %q %v %q %q", q.Kind, q.Run, q.Scope.Prefixes(), q.Scope.ConcealsFew(), v.Window.From, v.Window.To, v.Comparison, v.Payers,
		[]string{v.Narrow.Region, v.Narrow.Industry, v.Narrow.Size, v.Narrow.EconomicType, v.Narrow.UnitKind, v.Narrow.Insurance}, q.More)
}

// kept returns what is kept of a question, or asks. The answer may be of a later run, when one was published meanwhile:
// ask says of which it is, and it is kept as that one's.
func kept[T any](ctx context.Context, a *answers, q question, ask func(context.Context) (T, uint32, error)) (T, error) {
	key := q.key()
	if value, ok := a.find(key); ok {
		return value.(T), nil
	}
	value, err, _ := a.asking.Do(key, func() (any, error) {
		if value, ok := a.find(key); ok { // answered between our look and our turn
			return value, nil
		}
		value, run, err := ask(ctx)
		if err == nil {
			q.Run = run
			a.keep(q.key(), value)
		}
		return value, err
	})
	if err != nil {
		var none T
		return none, err
	}
	return value.(T), nil
}

func (a *answers) find(key string) (any, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	element, ok := a.byKey[key]
	if !ok {
		return nil, false
	}
	a.recency.MoveToFront(element)
	return element.Value.(*keptAnswer).value, true
}

func (a *answers) keep(key string, value any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, ok := a.byKey[key]; ok {
		return
	}
	a.byKey[key] = a.recency.PushFront(&keptAnswer{key, value})
	if a.recency.Len() > a.most {
		oldest := a.recency.Remove(a.recency.Back()).(*keptAnswer)
		delete(a.byKey, oldest.key)
	}
}
