package auth

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jianfu/internal/fault"
	"jianfu/queries"
)

// tries makes failing tries and returns the seconds that each had to wait, 0 for those that were let through.
func tries(h *throttle, now time.Time, n int, a func(i int) attempt) (waits []int) {
	for i := range n {
		wait, _ := h.begin(a(i), now)
		waits = append(waits, int(wait/time.Second))
	}
	return waits
}

func same(a attempt) func(int) attempt { return func(int) attempt { return a } }

func TestWhoGuessesWaitsLongerAndLonger(t *testing.T) {
	now := time.Date(2019, 5, 20, 9, 0, 0, 0, time.UTC)
	h := newThrottle()
	wang := attempt{account: "wang", key: "wang", exists: true, address: "192.0.2.1"}
	if waits := tries(h, now, 6, same(wang)); !slices.Equal(waits, []int{0, 0, 0, 0, 0, 1}) {
		t.Errorf("at first it waits %v", waits)
	}
	var waits []int
	for range 12 {
		now = now.Add(longestWait)
		tries(h, now, 1, same(wang))
		wait, _ := h.begin(wang, now)
		waits = append(waits, int(wait/time.Second))
	}
	if !slices.Equal(waits, []int{2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900}) {
		t.Errorf("then it waits %v", waits)
	}
	if wait, _ := h.begin(wang, now.Add(900*time.Second-time.Nanosecond)); wait == 0 {
		t.Error("it may try before the wait is over")
	}
	if wait, _ := h.begin(attempt{account: "wang", key: "wang", exists: true, address: "192.0.2.2"}, now.Add(time.Second)); wait != 0 {
		t.Errorf("elsewhere it waits %v", wait)
	}
	if wait, _ := h.begin(attempt{account: "li", key: "li", exists: true, address: "192.0.2.1"}, now); wait != 0 {
		t.Errorf("another account at the same address waits %v", wait)
	}
	reset := wang
	reset.key = "wang|new password"
	if waits := tries(h, now, 1, same(reset)); waits[0] != 0 {
		t.Errorf("after the password was reset it waits %v", waits)
	}
	if waits := tries(h, now.Add(forgetAfter+time.Minute), 5, same(wang)); !slices.Equal(waits, []int{0, 0, 0, 0, 0}) {
		t.Errorf("three days later it waits %v", waits)
	}
}

func TestSuccessClearsTheAccountsFailures(t *testing.T) {
	now := time.Date(2019, 5, 20, 9, 0, 0, 0, time.UTC)
	h := newThrottle()
	wang := attempt{account: "wang", key: "wang", exists: true, address: "192.0.2.1"}
	for range 50 {
		tries(h, now, 3, same(wang))
		h.begin(wang, now)
		h.succeed(wang, now)
		now = now.Add(time.Minute)
	}
	if waits := tries(h, now, 5, same(wang)); !slices.Equal(waits, []int{0, 0, 0, 0, 0}) {
		t.Errorf("it waits %v", waits)
	}
}

func TestManyAddressesThatGuessOneAccountShareItsCount(t *testing.T) {
	now := time.Date(2019, 5, 20, 9, 0, 0, 0, time.UTC)
	h := newThrottle()
	at := func(i int) attempt {
		return attempt{account: "wang", key: "wang", exists: true, address: fmt.Sprintf("198.51.100.%d", i)}
	}
	office := attempt{account: "wang", key: "wang", exists: true, address: "192.0.2.1"}
	h.begin(office, now)
	h.succeed(office, now)
	if waits := tries(h, now, 22, at); !slices.Equal(waits[18:], []int{0, 0, 30, 30}) {
		t.Errorf("they wait %v", waits)
	}
	if waits := tries(h, now, 5, same(office)); !slices.Equal(waits, []int{0, 0, 0, 0, 0}) {
		t.Errorf("where it signed in before it waits %v", waits)
	}
	if wait, _ := h.begin(attempt{account: "wang", key: "wang", exists: true, address: "203.0.113.5"}, now); wait == 0 {
		t.Error("from a new address it need not wait")
	}
	guesses := 0
	for i := range 7 * 24 * 60 { // a week, a guess a minute, each from an address of its own
		now = now.Add(time.Minute)
		if wait, _ := h.begin(attempt{account: "wang", key: "wang", exists: true, address: fmt.Sprint("a", i)}, now); wait == 0 {
			guesses++
		}
	}
	if guesses > 110 {
		t.Errorf("%d guesses are let through in a week", guesses)
	}
}

func TestAnOfficeBehindOneAddressIsNotLockedOut(t *testing.T) {
	now := time.Date(2019, 5, 20, 8, 30, 0, 0, time.UTC)
	h := newThrottle()
	// 500 people of a bureau sign in within ten minutes; one in five mistypes once.
	for i := range 500 {
		now = now.Add(1200 * time.Millisecond)
		person := attempt{account: fmt.Sprint("p", i), key: fmt.Sprint("p", i), exists: true, address: "192.0.2.1"}
		if i%5 == 0 {
			if wait, _ := h.begin(person, now); wait != 0 {
				t.Fatalf("person %d waits %v to mistype", i, wait)
			}
		}
		if wait, _ := h.begin(person, now); wait != 0 {
			t.Fatalf("person %d waits %v", i, wait)
		}
		h.succeed(person, now)
	}
	// One among them tries a password on every account.
	let := 0
	for i := range 5000 {
		if wait, _ := h.begin(attempt{account: fmt.Sprint("p", i), key: fmt.Sprint("p", i), exists: i < 500, address: "192.0.2.1"}, now); wait == 0 && i >= 500 {
			let++
		}
	}
	if let > addressFree {
		t.Errorf("%d tries on other accounts are let through", let)
	}
	// The others go on working there.
	for i := range 500 {
		person := attempt{account: fmt.Sprint("p", i), key: fmt.Sprint("p", i), exists: true, address: "192.0.2.1"}
		if wait, _ := h.begin(person, now); wait != 0 {
			t.Fatalf("person %d waits %v because of a colleague", i, wait)
		}
	}
	// What was held wears off.
	stranger := attempt{account: "new", key: "new", exists: true, address: "192.0.2.1"}
	if wait, _ := h.begin(stranger, now.Add(time.Hour)); wait != 0 {
		t.Errorf("an hour later somebody new waits %v", wait)
	}
}

func TestNamesThatAreNoAccountsAreAnsweredAlike(t *testing.T) {
	now := time.Date(2019, 5, 20, 9, 0, 0, 0, time.UTC)
	real, ghost := newThrottle(), newThrottle()
	for i := range 60 {
		a := attempt{account: "wang", key: "wang", address: fmt.Sprint(i % 7)}
		b := a
		b.exists = true
		waitGhost, _ := ghost.begin(a, now)
		waitReal, _ := real.begin(b, now)
		if waitGhost != waitReal {
			t.Fatalf("try %d: %v and %v", i, waitReal, waitGhost)
		}
		now = now.Add(time.Duration(i) * time.Second)
	}
}

func TestTheMemoryOfTheThrottleIsBounded(t *testing.T) {
	now := time.Date(2019, 5, 20, 9, 0, 0, 0, time.UTC)
	h := newThrottle()
	wang := attempt{account: "wang", key: "wang", exists: true, address: "192.0.2.1"}
	tries(h, now, 6, same(wang))
	for i := range mostCounts + 1000 {
		name := fmt.Sprint("ghost", i)
		h.begin(attempt{account: name, key: name, address: fmt.Sprint("a", i)}, now)
	}
	for _, c := range []*counts{h.ghostPairs, h.ghostAccounts, h.addresses} {
		if c.order.Len() != mostCounts || len(c.byKey) != mostCounts {
			t.Errorf("a table has %d counts", c.order.Len())
		}
	}
	if wait, _ := h.begin(wang, now); wait == 0 {
		t.Error("names that are no accounts pushed an account's count out")
	}
}

func TestAddressesThatCountTogether(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2::1": "2001:db8:1:2::/64",
		"fe80::1%eth0": "fe80::/64",
	} {
		if got := addressKey(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s counts as %s, want %s", address, got, want)
		}
	}
	if got := addressKey(netip.Addr{}); got != "invalid IP" {
		t.Errorf("no address counts as %q", got)
	}
}

func TestTriesAtOnceAreNoWayRound(t *testing.T) {
	o := staffed(t)
	var checked, held atomic.Int32
	var wait sync.WaitGroup
	for range 40 {
		wait.Go(func() {
			_, _, err := o.SignIn(t.Context(), "inspector", "wrong password", there)
			switch fault.Code(err) {
			case "sign_in_failed":
				checked.Add(1)
			case "sign_in_held":
				held.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if checked.Load() != pairFree || held.Load() != 40-pairFree {
		t.Errorf("%d were checked and %d held", checked.Load(), held.Load())
	}
	got := strings.Join(o.actions(queries.AuditSearch{Object: "inspector"}), " ")
	if strings.Count(got, "sign_in_failed") != pairFree || strings.Count(got, "sign_in_held") != 1 {
		t.Errorf("recorded: %s", got)
	}
	_, _, err := o.SignIn(t.Context(), "inspector", password, there)
	refused(t, err, "sign_in_held") // the right one has to wait too, or it would be told apart
	o.signedIn("inspector")         // elsewhere it need not
	o.clock.pass(time.Second)
	if _, _, err := o.SignIn(t.Context(), "inspector", password, there); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

func TestAfterARestartAnAddressIsStillKnown(t *testing.T) {
	o := staffed(t)
	o.signedIn("inspector")
	o.restart()
	for i := range 200 { // from everywhere
		from := Client{Address: netip.AddrFrom4([4]byte{198, 51, 100, byte(i)})}
		_, _, _ = o.SignIn(t.Context(), "inspector", "wrong password", from)
	}
	_, _, err := o.SignIn(t.Context(), "inspector", password, there)
	refused(t, err, "sign_in_held")
	o.signedIn("inspector")
}

func TestNamesThatAreNoAccountsTakeAsLong(t *testing.T) {
	o := empty(t)
	o.Service = New(o.q, o.log, o.clock.now, Options{Cost: Cost{Memory: 16 << 10, Passes: 2, Threads: 1}})
	o.create("wang", "leadership", "320000")
	took := func(account string) time.Duration {
		least := time.Hour
		for i := range 5 {
			from := Client{Address: netip.AddrFrom4([4]byte{198, 51, 100, byte(i)})}
			began := time.Now()
			_, _, err := o.SignIn(t.Context(), account, "wrong password", from)
			least = min(least, time.Since(began))
			refused(t, err, "sign_in_failed")
		}
		return least
	}
	real, ghost := took("wang"), took("nobody")
	if ghost < real/2 || real < ghost/2 {
		t.Errorf("an account takes %v, none %v", real, ghost)
	}
}
