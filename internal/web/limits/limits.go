package limits

import (
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
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
	Buckets *lru.Cache[string, *rate.Limiter] // by key

	burst int
	rate  rate.Limit
}

// NewMeter gives everybody a bucket of burst requests, refilled at so many a second.
func NewMeter(burst int, perSecond float64) *Meter {
	buckets, _ := lru.New[string, *rate.Limiter](MostMetered) // fails for none alone
	return &Meter{burst: burst, rate: rate.Limit(perSecond), Buckets: buckets}
}

// Take takes one request out of the bucket of a key; it returns how long to wait where there is none left. Whoever has to wait has
// taken nothing.
func (m *Meter) Take(key string, now time.Time) time.Duration {
	bucket, ok := m.Buckets.Get(key)
	if !ok {
		bucket = rate.NewLimiter(m.rate, m.burst)
		if first, there, _ := m.Buckets.PeekOrAdd(key, bucket); there { // of another request at the same moment
			bucket = first
		}
	}
	if bucket.AllowN(now, 1) {
		return 0
	}
	return time.Duration((1 - bucket.TokensAt(now)) / float64(m.rate) * float64(time.Second))
}
