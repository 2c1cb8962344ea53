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

	"jianfu/internal/problem"
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
	wang := attempt{account: "wang", key: "wang", address: "192.0.2.1"}
	if waits := tries(h, now, 6, same(wang)); !slices.Equal(waits, []int{0, 0, 0, 0, 0, 1}) {
		t.Errorf("at first it waits %v", waits)
	}
	var waits []int
	for range 8 {
		now = now.Add(pairLongest)
		tries(h, now, 1, same(wang))
		wait, _ := h.begin(wang, now)
		waits = append(waits, int(wait/time.Second))
	}
	if !slices.Equal(waits, []int{1, 2, 4, 8, 16, 32, 60, 60}) { // a tenth of a failure has worn off in between
		t.Errorf("then it waits %v", waits)
	}
	if wait, _ := h.begin(wang, now.Add(pairLongest-time.Nanosecond)); wait == 0 {
		t.Error("it may try before the wait is over")
	}
	if wait, _ := h.begin(attempt{account: "wang", key: "wang", address: "192.0.2.2"}, now); wait != 0 {
		t.Errorf("elsewhere it waits %v", wait)
	}
	if wait, _ := h.begin(attempt{account: "li", key: "li", address: "192.0.2.1"}, now); wait != 0 {
		t.Errorf("another account at the same address waits %v", wait)
	}
	reset := wang
	reset.key = "wang|new password"
	if waits := tries(h, now, 1, same(reset)); waits[0] != 0 {
		t.Errorf("after the password was reset it waits %v", waits)
	}
	if waits := tries(h, now.Add(72*time.Hour), 5, same(wang)); !slices.Equal(waits, []int{0, 0, 0, 0, 0}) {
		t.Errorf("three days later it waits %v", waits)
	}
}

func TestWhoMistypesInHisOwnBrowserBeginsAnewAfterEachSuccess(t *testing.T) {
	now := time.Date(2019, 5, 20, 9, 0, 0, 0, time.UTC)
	h := newThrottle()
	wang := attempt{account: "wang", key: "wang", address: "192.0.2.1", device: "his"}
	for range 50 {
		tries(h, now, 3, same(wang))
		h.begin(wang, now)
		h.succeed(wang, now)
		now = now.Add(time.Minute)
	}
	if waits := tries(h, now, 5, same(wang)); !slices.Equal(waits, []int{0, 0, 0, 0, 0}) {
		t.Errorf("it waits %v", waits)
	}
	stranger := attempt{account: "wang", key: "wang", address: "192.0.2.1"}
	tries(h, now, 4, same(stranger))
	h.begin(stranger, now)
	h.succeed(stranger, now)
	if waits := tries(h, now, 2, same(stranger)); !slices.Equal(waits, []int{0, 1}) {
		t.Errorf("a success takes back more than its own try: %v", waits)
	}
}

// TestWhoGuessesFromManyAddressesHasOneTryAtEach, and the owner's right password is taken wherever he sits.
func TestWhoGuessesFromManyAddressesHasOneTryAtEach(t *testing.T) {
	now := time.Date(2019, 5, 20, 9, 0, 0, 0, time.UTC)
	h := newThrottle()
	at := func(i int) attempt {
		return attempt{account: "wang", key: "wang", address: fmt.Sprintf("198.51.100.%d", i)}
	}
	tries(h, now, accountFree, at)
	again := func(i int) attempt { return at(1000 + i/3) }
	if waits := tries(h, now, 9, again); !slices.Equal(waits, []int{0, 30, 30, 0, 30, 30, 0, 30, 30}) {
		t.Errorf("they wait %v", waits)
	}
	for _, owner := range []attempt{
		{account: "wang", key: "wang", address: "203.0.113.5"},                        // a browser that nobody knows, at a desk that nobody knows
		{account: "wang", key: "wang", address: "198.51.100.1", device: "his own"},    // his browser, next to one who guesses
		{account: "wang", key: "wang", address: "198.51.100.1000", device: "another"}, // another of his
	} {
		if wait, _ := h.begin(owner, now); wait != 0 {
			t.Errorf("the owner waits %v: %+v", wait, owner)
		}
		h.succeed(owner, now)
	}
	guesses := 0
	for i := range 60 * 60 { // an hour, a guess a second, from one address
		if wait, _ := h.begin(at(2000), now.Add(time.Duration(i)*time.Second)); wait == 0 {
			guesses++
		}
	}
	if guesses > 12 {
		t.Errorf("%d guesses are let through in an hour at one address", guesses)
	}
}

func TestAnAccountIsGuessedLessThanAHundredTimesAnHourAtOneAddress(t *testing.T) {
	now := time.Date(2019, 5, 20, 9, 0, 0, 0, time.UTC)
	h, guesses := newThrottle(), 0
	for i := range 60 * 60 {
		if wait, _ := h.begin(attempt{account: "wang", key: "wang", address: "192.0.2.1"}, now.Add(time.Duration(i)*time.Second)); wait == 0 {
			guesses++
		}
	}
	if guesses < 5 || guesses >= 100 {
		t.Errorf("%d guesses are let through", guesses)
	}
}

func TestAnOfficeBehindOneAddressIsNotLockedOut(t *testing.T) {
	now := time.Date(2019, 5, 20, 8, 30, 0, 0, time.UTC)
	h := newThrottle()
	// 500 people of a bureau sign in within ten minutes; one in five mistypes once.
	for i := range 500 {
		now = now.Add(1200 * time.Millisecond)
		person := attempt{account: fmt.Sprint("p", i), key: fmt.Sprint("p", i), address: "192.0.2.1"}
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
		if wait, _ := h.begin(attempt{account: fmt.Sprint("p", i), key: fmt.Sprint("p", i), address: "192.0.2.1"}, now); wait == 0 {
			let++
		}
	}
	if let > addressFree {
		t.Errorf("%d tries on other accounts are let through", let)
	}
	// The others go on working there.
	for i := range 500 {
		person := attempt{account: fmt.Sprint("p", i), key: fmt.Sprint("p", i), address: "192.0.2.1", device: fmt.Sprint("of ", i)}
		if wait, _ := h.begin(person, now); wait != 0 {
			t.Fatalf("person %d waits %v because of a colleague", i, wait)
		}
	}
	// What was held wears off.
	stranger := attempt{account: "new", key: "new", address: "192.0.2.1"}
	if wait, _ := h.begin(stranger, now.Add(time.Hour)); wait != 0 {
		t.Errorf("an hour later somebody new waits %v", wait)
	}
}

// TestNamesThatAreNoAccountsAreAnsweredAlike asks as somebody would who wants to know which names are accounts: an account
// that signs in beside him, from the same office, and a name that nobody has are held up alike, try by try.
func TestNamesThatAreNoAccountsAreAnsweredAlike(t *testing.T) {
	o := staffed(t)
	_, v := o.signedIn("inspector")
	mark, err := o.NewDevice(t.Context(), v.Account.Account)
	o.must(err)
	own := here
	own.Device = mark
	for i := range 150 {
		from := here
		if i%3 == 0 {
			from.Address = netip.AddrFrom4([4]byte{198, 51, 100, byte(i)})
		}
		_, _, real := o.SignIn(t.Context(), "inspector", "wrong password", from)
		_, _, ghost := o.SignIn(t.Context(), "nobody", "wrong password", from)
		if problem.Code(real) != problem.Code(ghost) {
			t.Fatalf("try %d from %v: %v for an account, %v for none", i, from.Address, real, ghost)
		}
		if i%10 == 0 { // meanwhile the owner works
			if _, _, err := o.SignIn(t.Context(), "inspector", password, own); err != nil {
				t.Fatalf("try %d: the owner is kept out: %v", i, err)
			}
		}
		o.clock.pass(time.Duration(i%7) * time.Second)
	}
}

func TestTheRightPasswordIsTakenWhileOthersGuess(t *testing.T) {
	o := staffed(t)
	_, v := o.signedIn("leadership")
	mark, err := o.NewDevice(t.Context(), v.Account.Account)
	o.must(err)
	for i := range 300 {
		from := here
		if i%2 == 0 {
			from.Address = netip.AddrFrom4([4]byte{198, 51, 100, byte(i)})
		}
		_, _, err := o.SignIn(t.Context(), "leadership", "wrong password", from)
		if err == nil {
			t.Fatal("a wrong password was taken")
		}
	}
	own := Client{Address: here.Address, Agent: "Firefox", Device: mark}
	if _, _, err := o.SignIn(t.Context(), "leadership", password, own); err != nil {
		t.Errorf("in the leader's own browser, at an address where somebody guesses: %v", err)
	}
	if _, _, err := o.SignIn(t.Context(), "leadership", password, there); err != nil {
		t.Errorf("in a new browser, elsewhere: %v", err)
	}
	for name, mark := range map[string]string{"made up": "made.up", "another's": second(o.NewDevice(t.Context(), "inspector")), "empty": ""} {
		stranger := here
		stranger.Device = mark
		_, _, err := o.SignIn(t.Context(), "leadership", "wrong password", stranger)
		if problem.Code(err) != "sign_in_held" {
			t.Errorf("with a mark that is %s: %v", name, err)
		}
	}
	o.must(o.ResetPassword(t.Context(), cli, "leadership", "violin harbour moss", false))
	if deviceOf(o.state.accounts["leadership"], mark) != "" {
		t.Error("a mark outlives the password")
	}
}

func second(mark string, err error) string {
	if err != nil {
		return err.Error()
	}
	return mark
}

func TestTheMemoryOfTheThrottleIsBounded(t *testing.T) {
	now := time.Date(2019, 5, 20, 9, 0, 0, 0, time.UTC)
	h := newThrottle()
	wang := attempt{account: "wang", key: "wang", address: "192.0.2.1"}
	tries(h, now, 6, same(wang))
	for i := range mostCounts + 1000 {
		name := fmt.Sprint("ghost", i)
		h.begin(attempt{account: name, key: name, address: fmt.Sprint("a", i)}, now)
	}
	for oldest, c := range map[string]counts{wang.pair(): h.pairs, wang.account: h.accounts, wang.address: h.addresses} {
		if c.Len() != mostCounts || c.Contains(oldest) {
			t.Errorf("a table has %d counts; %s is among them: %v", c.Len(), oldest, c.Contains(oldest))
		}
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
			switch problem.Code(err) {
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
	refused(t, err, "sign_in_held") // the right one has to wait there too, or it would be told apart
	o.signedIn("inspector")         // elsewhere it need not
	o.clock.pass(time.Second)
	if _, _, err := o.SignIn(t.Context(), "inspector", password, there); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

func TestAfterARestartABrowserIsStillKnown(t *testing.T) {
	o := staffed(t)
	_, v := o.signedIn("inspector")
	mark, err := o.NewDevice(t.Context(), v.Account.Account)
	o.must(err)
	o.restart()
	tried := here
	for range 20 {
		_, _, _ = o.SignIn(t.Context(), "inspector", "wrong password", tried)
	}
	_, _, err = o.SignIn(t.Context(), "inspector", password, tried)
	refused(t, err, "sign_in_held")
	tried.Device = mark
	if _, _, err = o.SignIn(t.Context(), "inspector", password, tried); err != nil {
		t.Error(err)
	}
}

func TestNamesThatAreNoAccountsTakeAsLong(t *testing.T) {
	o := empty(t)
	o.Service = New(o.q, o.log, o.clock.now, Options{Cost: Cost{Memory: 16 << 10, Passes: 2, Threads: 1}})
	o.create("wang", "leadership", "320000")
	least := map[string]time.Duration{"wang": time.Hour, "nobody": time.Hour}
	for i := range 5 {
		for account := range least { // by turns, so that a busy machine slows both
			from := Client{Address: netip.AddrFrom4([4]byte{198, 51, 100, byte(i)})}
			began := time.Now()
			_, _, err := o.SignIn(t.Context(), account, "wrong password", from)
			least[account] = min(least[account], time.Since(began))
			refused(t, err, "sign_in_failed")
		}
	}
	real, ghost := least["wang"], least["nobody"]
	if ghost < real/2 || real < ghost/2 {
		t.Errorf("an account takes %v, none %v", real, ghost)
	}
}
