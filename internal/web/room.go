package web

import "sync"

// room is how many bytes of bodies may be in memory at once, by one asker and by all.
type room struct {
	ofOne, ofAll int

	mutex sync.Mutex
	held  map[string]int
	sum   int
}

func newRoom(ofOne, ofAll int) *room {
	return &room{ofOne: ofOne, ofAll: ofAll, held: map[string]int{}}
}

// take holds room for a body; false says that there is none. Whoever got it gives it back.
func (r *room) take(who string, size int) bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.held[who]+size > r.ofOne || r.sum+size > r.ofAll {
		return false
	}
	r.held[who] += size
	r.sum += size
	return true
}

func (r *room) give(who string, size int) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.sum -= size
	if r.held[who] -= size; r.held[who] <= 0 {
		delete(r.held, who)
	}
}
