package cache

import (
	"context"
	"fmt"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"jianfu/internal/filter"
	"jianfu/queries"
)

// CachedAnswers is how many answers are kept; one is some ten kilobytes.
const CachedAnswers = 512

// KeptParts is how many parts of pages are kept; one is some hundred kilobytes.
const KeptParts = 128

// Answers keeps what the store answered about runs. A run never changes, so an entry never goes stale: its key holds
// the run, the whole scope of the reader, the whole view and what else the question holds, and nothing else decides what
// the store answers. Readers who ask for the same at once wait for one answer.
type Answers struct {
	Asking singleflight.Group

	Entries *lru.Cache[string, any] // by key
}

// NewAnswers keeps as many answers as that; the one that nobody has asked for longest makes room.
func NewAnswers(most int) *Answers {
	entries, _ := lru.New[string, any](most) // fails for none alone
	return &Answers{Entries: entries}
}

// Question is what the key of an answer is made of. Kind names what is asked, and More holds the parameters that the view
// does not, all of them.
type Question struct {
	Kind  string
	Run   uint32
	Scope filter.Scope
	View  queries.View
	More  []string
}

// Key is unambiguous: texts are quoted.
func (q Question) Key() string {
	v := q.View
	return fmt.Sprintf("%q %d %q %v %d %d %q %v %q %q", q.Kind, q.Run, q.Scope.Prefixes(), q.Scope.ConcealsFew(), v.Window.From, v.Window.To, v.Comparison, v.Payers,
		v.Narrow.Values(), q.More)
}

// Kept returns what is kept of a question, or asks. The answer may be of a later run, when one was published meanwhile:
// ask says of which it is, and it is kept as that one's.
func Kept[T any](ctx context.Context, a *Answers, q Question, ask func(context.Context) (T, uint32, error)) (T, error) {
	key := q.Key()
	if value, ok := a.Find(key); ok {
		return value.(T), nil
	}
	value, err, _ := a.Asking.Do(key, func() (any, error) {
		if value, ok := a.Find(key); ok { // answered between our look and our turn
			return value, nil
		}
		value, run, err := ask(ctx)
		if err == nil {
			q.Run = run
			a.Keep(q.Key(), value)
		}
		return value, err
	})
	if err != nil {
		var none T
		return none, err
	}
	return value.(T), nil
}

// Find is the answer of a key, where it is still there.
func (a *Answers) Find(key string) (any, bool) { return a.Entries.Get(key) }

// Keep keeps an answer, unless there is one.
func (a *Answers) Keep(key string, value any) { a.Entries.ContainsOrAdd(key, value) }
