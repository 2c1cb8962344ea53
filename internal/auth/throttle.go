package auth

import (
	"net/netip"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// How failed sign-ins are slowed down. Three counts stand side by side, because each alone would be wrong:
//
//   - an account from one address: a person who mistypes waits seconds, a machine that guesses a minute a try, and nobody
//     elsewhere is touched;
//   - an account from anywhere: many addresses that guess one account share its count. Once it is high, each address has one
//     try before it waits, half a minute at first and a quarter of an hour in the end. It holds up nobody who has not failed
//     himself: the owner's right password is taken at his first try, wherever he sits;
//   - an address, whatever the account: whoever tries one password on every account. A whole office may share an address,
//     so it takes many failures and they wear off steadily.
//
// A browser in which the account has signed in before (see device.go) has a count of its own, and neither the address's nor
// the account's holds it up. Nothing else depends on whether there is an account of the name: names that are none have the same
// counts in the same tables, and a success takes back no more than its own try, so that nobody sees by the waits that somebody
// signed in.
//
// They are counts and no token buckets (golang.org/x/time/rate): a bucket lets through at a steady rate, whereas here each failure
// doubles the wait, a success takes its own try back, and what was refused costs nothing.
//
// The counts are in memory: whoever could restart the server to clear them does not need to guess. Memory is bounded; the
// oldest counts make room.
const (
	pairFree     = 5                // failures before an account has to wait at one address
	pairFirst    = time.Second      // the first wait; each further failure doubles it
	pairLongest  = time.Minute      // so that whoever mistyped often need not wait long; sixty tries an hour
	pairRefill   = 10 * time.Minute // one failure wears off in that time
	accountFree  = 20               // failures before each address has one try
	accountFirst = 30 * time.Second // the first wait; each further failure doubles it
	longestWait  = 15 * time.Minute // of an account that is guessed from many addresses
	accountWear  = time.Hour        // one failure wears off in that time

	addressFree   = 100             // failures of an address before it has to wait
	addressRefill = 9 * time.Second // one failure wears off in that time: a hundred in a quarter of an hour

	mostCounts = 50_000 // in each table; some 200 bytes each
)

// count is the failures of one key.
type count struct {
	failures  float64
	last      time.Time
	until     time.Time // no try before
	announced bool      // that there is a wait has been recorded
}

// counts is a bounded table; the one that was used longest ago goes first.
type counts struct {
	*simplelru.LRU[string, *count]
}

func newCounts() counts {
	table, _ := simplelru.NewLRU[string, *count](mostCounts, nil) // fails for none alone
	return counts{table}
}

// get returns the count of a key, and makes one where there is none.
func (c counts) get(key string) *count {
	found, ok := c.Get(key)
	if !ok {
		found = &count{}
		c.Add(key, found)
	}
	return found
}

// throttle holds the counts. It is safe for concurrent use.
type throttle struct {
	mutex                      sync.Mutex
	pairs, accounts, addresses counts
}

func newThrottle() *throttle {
	return &throttle{pairs: newCounts(), accounts: newCounts(), addresses: newCounts()}
}

// attempt is one try to sign in. The account's key changes with its password, so that a reset clears the count at each address.
type attempt struct {
	account string // name
	key     string // name and when its password was set
	device  string // of a browser in which the account has signed in before; "" for any other
	address string
}

func (a attempt) pair() string {
	if a.device != "" {
		return a.key + "|device|" + a.device
	}
	return a.key + "|" + a.address
}

// addressKey is the address whose failures count together: a single one of IPv4, and of IPv6 the network that one
// customer is given.
func addressKey(address netip.Addr) string {
	address = address.Unmap().WithZone("")
	if address.Is6() {
		network, err := address.Prefix(64)
		if err == nil {
			return network.String()
		}
	}
	return address.String()
}

// begin asks whether the try may be made. If so it counts as failed until succeed says otherwise, so that many tries at
// once are no way round. If not, wait is how long to wait, and announce whether that has not been recorded yet.
func (t *throttle) begin(a attempt, now time.Time) (wait time.Duration, announce bool) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	pair, account, address := t.pairs.get(a.pair()), t.accounts.get(a.account), t.addresses.get(a.address)
	wear(pair, now, pairRefill)
	wear(account, now, accountWear)
	wear(address, now, addressRefill)
	checked := []*count{pair}
	if a.device == "" {
		checked = append(checked, address)
	}
	for _, c := range checked {
		if now.Before(c.until) && c.until.Sub(now) > wait {
			wait = c.until.Sub(now)
			announce = !c.announced
			c.announced = true
		}
	}
	if wait > 0 {
		return wait, announce
	}
	if a.device != "" {
		fail(pair, now, holdOfPair)
		return 0, false
	}
	hold := holdOfPair
	if account.failures >= accountFree {
		hold = holdOfGuessed
	}
	fail(pair, now, hold)
	fail(account, now, func(float64) time.Duration { return 0 })
	fail(address, now, holdOfAddress)
	return 0, false
}

// refuse counts a failure of an address that is about no account, and asks as begin does.
func (t *throttle) refuse(address string, now time.Time) (wait time.Duration, announce bool) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	c := t.addresses.get(address)
	wear(c, now, addressRefill)
	if now.Before(c.until) {
		announce, c.announced = !c.announced, true
		return c.until.Sub(now), announce
	}
	fail(c, now, holdOfAddress)
	return 0, false
}

// wear takes off a count what has worn off since its last failure.
func wear(c *count, now time.Time, one time.Duration) {
	if c.last.IsZero() {
		c.last = now
	}
	if passed := now.Sub(c.last); passed > 0 { // a clock that was set back takes nothing off and adds nothing
		c.failures, c.last = max(0, c.failures-float64(passed)/float64(one)), now
	}
}

func fail(c *count, now time.Time, hold func(float64) time.Duration) {
	c.failures++
	c.last, c.until, c.announced = now, now.Add(hold(c.failures)), false
}

func holdOfPair(failures float64) time.Duration {
	return doubling(failures-pairFree, pairFirst, pairLongest)
}

// holdOfGuessed is that of an account that is guessed from many addresses.
func holdOfGuessed(failures float64) time.Duration {
	return doubling(failures-1, accountFirst, longestWait)
}

func holdOfAddress(failures float64) time.Duration {
	if failures < addressFree {
		return 0
	}
	return addressRefill
}

// doubling is first for no failure beyond the free ones, and twice as much for each further one, up to the longest.
func doubling(beyond float64, first, longest time.Duration) time.Duration {
	if beyond < 0 {
		return 0
	}
	wait := first
	for ; beyond >= 1 && wait < longest; beyond-- {
		wait *= 2
	}
	return min(wait, longest)
}

// succeed takes back the failure that begin counted. Of a browser in which the account has signed in before, those before it
// go too: nobody else sees its count.
func (t *throttle) succeed(a attempt, now time.Time) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if a.device != "" {
		t.pairs.Remove(a.pair())
		return
	}
	if c, ok := t.pairs.Get(a.pair()); ok {
		c.failures, c.until = max(0, c.failures-1), time.Time{}
	}
	if c, ok := t.accounts.Get(a.account); ok {
		c.failures = max(0, c.failures-1)
	}
	if c, ok := t.addresses.Get(a.address); ok {
		c.failures = max(0, c.failures-1)
		c.until = time.Time{}
		if hold := holdOfAddress(c.failures); hold > 0 {
			c.until = c.last.Add(hold)
		}
	}
}
