package limits

import "sync"

// Room is how many bytes of bodies may be in memory at once, by one asker and by all.
type Room struct {
	ofOne, ofAll int

	Mutex sync.Mutex
	Held  map[string]int
	Sum   int
}

// NewRoom is room for as many bytes of one asker and of all.
func NewRoom(ofOne, ofAll int) *Room {
	return &Room{ofOne: ofOne, ofAll: ofAll, Held: map[string]int{}}
}

// Take holds room for a body; false says that there is none. Whoever got it gives it back.
func (r *Room) Take(who string, size int) bool {
	r.Mutex.Lock()
	defer r.Mutex.Unlock()
	if r.Held[who]+size > r.ofOne || r.Sum+size > r.ofAll {
		return false
	}
	r.Held[who] += size
	r.Sum += size
	return true
}

// Give gives room back.
func (r *Room) Give(who string, size int) {
	r.Mutex.Lock()
	defer r.Mutex.Unlock()
	r.Sum -= size
	if r.Held[who] -= size; r.Held[who] <= 0 {
		delete(r.Held, who)
	}
}
