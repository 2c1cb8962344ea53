package auth

import (
	"container/list"
	"net/netip"
	"sync"
	"time"
)

// How failed sign-ins are slowed down. Three counts stand side by side, because each alone would be wrong:
//
//   - an account from one address: a person who mistypes waits seconds, a machine that guesses waits a quarter of an hour
//     a try, and nobody else is touched;
//   - an account from anywhere: many addresses that guess one account share its count. Somebody could lock a colleague
//     out that way, so an address from which the account has signed in before is spared, and only the first count holds
//     there;
//   - an address, whatever the account: whoever tries one password on every account. A whole office may share an address,
//     so it takes many failures and they wear off steadily; and again, who has signed in from there before is spared.
//
// The counts are in memory: whoever could restart the server to clear them does not need to guess. Memory is bounded; the
// oldest counts make room. Names that are no accounts have counts of their own in another place, so that they are answered
// alike and cannot push out the real ones.
const (
	pairFree     = 5                // failures before an account has to wait at one address
	pairFirst    = time.Second      // the first wait; each further failure doubles it
	accountFree  = 20               // failures before an account has to wait everywhere
	accountFirst = 30 * time.Second // the first wait; each further failure doubles it
	longestWait  = 15 * time.Minute // of both
	accountLock  = 100              // failures after which an account is locked, except where it has signed in before
	lockedFor    = 24 * time.Hour   // unless its password is reset
	forgetAfter  = 72 * time.Hour   // without a failure for so long, those before no longer count; longer than the lock

	addressFree   = 100             // failures of an address before it has to wait
	addressRefill = 9 * time.Second // one failure wears off in that time: a hundred in a quarter of an hour

	knownFor   = 30 * 24 * time.Hour // how long an address stays one from which an account has signed in
	mostCounts = 20_000              // in each table; some 200 bytes each
)

// count is the failures of one key.
type count struct {
	key       string
	failures  float64
	last      time.Time
	until     time.Time // no try before
	announced bool      // that there is a wait has been recorded
}

// counts is a bounded table; the one that was used longest ago goes first.
type counts struct {
	byKey map[string]*list.Element
	order *list.List // newest first
}

func newCounts() *counts { return &counts{map[string]*list.Element{}, list.New()} }

// get returns the count of a key, and nil where there is none and none is to be made.
func (c *counts) get(key string, create bool) *count {
	if e, ok := c.byKey[key]; ok {
		c.order.MoveToFront(e)
		return e.Value.(*count)
	}
	if !create {
		return nil
	}
	if c.order.Len() >= mostCounts {
		oldest := c.order.Back()
		delete(c.byKey, oldest.Value.(*count).key)
		c.order.Remove(oldest)
	}
	made := &count{key: key}
	c.byKey[key] = c.order.PushFront(made)
	return made
}

func (c *counts) forget(key string) {
	if e, ok := c.byKey[key]; ok {
		delete(c.byKey, key)
		c.order.Remove(e)
	}
}

// throttle holds the counts. It is safe for concurrent use.
type throttle struct {
	mutex                              sync.Mutex
	pairs, accounts, addresses, places *counts // places: pairs that have signed in, their time in last
	ghostPairs, ghostAccounts          *counts // of names that are no accounts
}

func newThrottle() *throttle {
	return &throttle{pairs: newCounts(), accounts: newCounts(), addresses: newCounts(), places: newCounts(),
		ghostPairs: newCounts(), ghostAccounts: newCounts()}
}

// attempt is one try to sign in. The account's key changes with its password, so that a reset clears the counts.
type attempt struct {
	account string // name
	key     string // name and when its password was set
	exists  bool
	address string
}

func (a attempt) pair() string { return pairKey(a.key, a.address) }

func pairKey(account, address string) string { return account + "|" + address }

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
	pairs, accounts := t.pairs, t.accounts
	if !a.exists {
		pairs, accounts = t.ghostPairs, t.ghostAccounts
	}
	place := t.places.get(pairKey(a.account, a.address), false)
	spared := a.exists && place != nil && now.Sub(place.last) < knownFor

	pair, account, address := pairs.get(a.pair(), true), accounts.get(a.key, true), t.addresses.get(a.address, true)
	for _, c := range []*count{pair, account} {
		if now.Sub(c.last) >= forgetAfter {
			*c = count{key: c.key}
		}
	}
	wear(address, now)
	checked := []*count{pair}
	if !spared {
		checked = append(checked, account, address)
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
	fail(pair, now, holdOfPair)
	fail(account, now, holdOfAccount)
	fail(address, now, holdOfAddress)
	return 0, false
}

// refuse counts a failure of an address that is about no account, and asks as begin does.
func (t *throttle) refuse(address string, now time.Time) (wait time.Duration, announce bool) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	c := t.addresses.get(address, true)
	wear(c, now)
	if now.Before(c.until) {
		announce, c.announced = !c.announced, true
		return c.until.Sub(now), announce
	}
	fail(c, now, holdOfAddress)
	return 0, false
}

// wear takes off an address what has worn off since its last failure.
func wear(c *count, now time.Time) {
	if c.last.IsZero() {
		c.last = now
	}
	if passed := now.Sub(c.last); passed > 0 { // a clock that was set back takes nothing off and adds nothing
		c.failures, c.last = max(0, c.failures-float64(passed)/float64(addressRefill)), now
	}
}

func fail(c *count, now time.Time, hold func(float64) time.Duration) {
	c.failures++
	c.last, c.until, c.announced = now, now.Add(hold(c.failures)), false
}

func holdOfPair(failures float64) time.Duration { return doubling(failures-pairFree, pairFirst) }

func holdOfAccount(failures float64) time.Duration {
	if failures >= accountLock {
		return lockedFor
	}
	return doubling(failures-accountFree, accountFirst)
}

func holdOfAddress(failures float64) time.Duration {
	if failures < addressFree {
		return 0
	}
	return addressRefill
}

// doubling is first for no failure beyond the free ones, and twice as much for each further one.
func doubling(beyond float64, first time.Duration) time.Duration {
	if beyond < 0 {
		return 0
	}
	wait := first
	for ; beyond >= 1 && wait < longestWait; beyond-- {
		wait *= 2
	}
	return min(wait, longestWait)
}

// succeed takes back the failure that begin counted, clears those of the account, and remembers the place.
func (t *throttle) succeed(a attempt, now time.Time) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.pairs.forget(a.pair())
	t.accounts.forget(a.key)
	if c := t.addresses.get(a.address, false); c != nil {
		c.failures = max(0, c.failures-1)
		c.until = time.Time{}
		if hold := holdOfAddress(c.failures); hold > 0 {
			c.until = c.last.Add(hold)
		}
	}
	t.places.get(pairKey(a.account, a.address), true).last = now
}

// known remembers a place from which an account has signed in, told by its sessions.
func (t *throttle) known(place string, at time.Time) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	c := t.places.get(place, true)
	if c.last.Before(at) {
		c.last = at
	}
}
