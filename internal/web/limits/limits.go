package limits

import (
	"container/list"
	"sync"
	"time"
)

// How much may be asked for. A page takes one request besides its static files, which do not count. An account is one
// person; an address may be a whole office behind one proxy, so its limit only stops a machine. Passwords and tokens have
// limits of their own in package auth.
const (
	AccountBurst = 120
	AccountRate  = 10 // requests a second
	AddressBurst = 3000
	AddressRate  = 300
	MostMetered  = 20_000 // keys; the one that was used longest ago makes room
)

// Meter is a bucket for each key that fills at a steady rate and that each request takes one from.
type Meter struct {
	burst, rate float64

	mutex   sync.Mutex
	ByKey   map[string]*list.Element
	recency *list.List // the last used first
}

type bucket struct {
	key  string
	left float64
	at   time.Time
}

// NewMeter gives everybody a bucket of burst requests, refilled at rate a second.
func NewMeter(burst, rate float64) *Meter {
	return &Meter{burst: burst, rate: rate, ByKey: map[string]*list.Element{}, recency: list.New()}
}

// Take takes one request out of the bucket of a key; it returns how long to wait where there is none left.
func (m *Meter) Take(key string, now time.Time) time.Duration {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	element, ok := m.ByKey[key]
	if !ok {
		if m.recency.Len() >= MostMetered {
			delete(m.ByKey, m.recency.Remove(m.recency.Back()).(*bucket).key)
		}
		element = m.recency.PushFront(&bucket{key, m.burst, now})
		m.ByKey[key] = element
	}
	m.recency.MoveToFront(element)
	b := element.Value.(*bucket)
	b.left = min(m.burst, b.left+max(0, now.Sub(b.at).Seconds())*m.rate)
	b.at = now
	if b.left < 1 {
		return time.Duration((1 - b.left) / m.rate * float64(time.Second))
	}
	b.left--
	return 0
}
