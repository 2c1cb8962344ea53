package web

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"math/bits"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/access"
	"jianfu/internal/auth"
	"jianfu/internal/dimension"
	"jianfu/internal/disclosure"
	"jianfu/internal/filter"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/limits"
	"jianfu/queries"
)

// spot is what a figure is about: a member of each of three axes, all of it where that is "". Members are written as
// prefixes of codes with their level, "3:440300".
type spot struct{ region, industry, size string }

// deep tells whether it names members of all three axes.
func (s spot) deep() bool { return s.region != "" && s.industry != "" && s.size != "" }

// The levels of the axes, as prefixes of codes.
var (
	regionCuts   = []int{2, 4, 6}
	industryCuts = []int{1, 3, 5}
)

// above are the members that a code belongs to, the top, "", first.
func above(code string, cuts ...int) []string {
	all := []string{""}
	for _, cut := range cuts {
		all = append(all, fmt.Sprint(cut, ":", code[:min(cut, len(code))]))
	}
	return all
}

// attack is what somebody who is kept from figures about few persons finds out by asking for every page.
type attack struct {
	t       *testing.T
	s       *Server
	window  string
	at      []int             // the times of the window
	about   string            // what is read off pages: money, states or bands
	shown   map[spot]string   // what they say of it
	persons map[spot][]uint64 // the truth: of each spot, at each time
	parts   map[spot]map[string][]spot
	asked   int
}

// household is some persons of one unit, who are there in some months, and whose burden fell or rose.
type household struct {
	region, industry, size string
	months                 map[period.Period]uint64
	rose                   bool
}

// madeUp is a province of a few cities, in many corners of which there are few persons or none.
type madeUp []household

func newMadeUp(seed uint64) (all madeUp) {
	dice := rand.New(rand.NewPCG(seed, 7)) //nolint:gosec // tests want the same draw each time
	pick := func(words ...string) string { return words[dice.IntN(len(words))] }
	for range 40 + dice.IntN(60) {
		h := household{months: map[period.Period]uint64{}, size: pick("large", "medium", "small", "small", "micro"),
			region:   pick("320102", "320104", "320500", "320505", "320506", "320583", "321302", "440103", "440305"),
			industry: pick("", "C", "C1391", "C1392", "C3411", "F5211", "F5212", "H6210")}
		for _, month := range []period.Period{201904, 201905} {
			if dice.IntN(6) > 0 {
				h.months[month] = []uint64{0, 1, 1, 2, 3, 8, 40}[dice.IntN(7)]
			}
		}
		all = append(all, h)
	}
	return all
}

// word is a household's member of an axis.
func (h household) word(axis string) string {
	switch axis {
	case "region":
		return h.region
	case "industry":
		return h.industry
	case "size":
		return h.size
	case dimension.EconomicType:
		return "private"
	case dimension.UnitKind:
		return "enterprise"
	case "insurance":
		return "pension"
	}
	return ""
}

// behind answers as queries.PersonsBehind does.
func (all madeUp) behind(context.Context, filter.Scope) (queries.Behind, error) {
	axes := dimension.IDs(dimension.All)
	b := queries.Behind{Run: 1, Counts: map[[2]string][]disclosure.Count{{"", ""}: all.counts("", "")}, Units: map[[2]string][]disclosure.Count{{"", ""}: all.countUnits("", "")}}
	for i, x := range axes {
		b.Counts[[2]string{x, ""}], b.Units[[2]string{x, ""}] = all.counts(x, ""), all.countUnits(x, "")
		for _, y := range axes[i+1:] {
			b.Counts[[2]string{x, y}], b.Units[[2]string{x, y}] = all.counts(x, y), all.countUnits(x, y)
		}
	}
	return b, nil
}

// counts are the persons by the members of two axes.
func (all madeUp) counts(x, y string) (counts []disclosure.Count) {
	at := map[[2]string]int{}
	for _, h := range all {
		key := [2]string{h.word(x), h.word(y)}
		if _, ok := at[key]; !ok && len(h.months) > 0 {
			at[key] = len(counts)
			counts = append(counts, disclosure.Count{X: key[0], Y: key[1]})
		}
		for month, persons := range h.months {
			c := &counts[at[key]]
			time := disclosure.Time{Month: uint32(month)}
			if i := slices.Index(c.At, time); i >= 0 {
				c.Persons[i] += persons
			} else {
				c.At, c.Persons = append(c.At, time), append(c.Persons, persons)
			}
		}
	}
	return counts
}

// overview answers as queries.Overview does; every person's burden is a yuan.
func (all madeUp) overview(_ context.Context, scope filter.Scope, v queries.View) (queries.Overview, error) {
	o := queries.Overview{View: v, Stamp: all.stamp()}
	byRegion, byIndustry := queries.LevelBelow(dimension.Regions, scope, v.Narrow), queries.LevelBelow(dimension.Industries, scope, v.Narrow)
	n := v.Narrow
	add := func(rows *[]queries.MemberRow, key string, h household) {
		i := slices.IndexFunc(*rows, func(r queries.MemberRow) bool { return r.Key == key })
		if i < 0 {
			i = len(*rows)
			*rows = append(*rows, queries.MemberRow{Key: key})
		}
		for month, persons := range h.months {
			if v.Window.Contains(month) {
				(*rows)[i].Old += money.Fen(persons) * 100 //nolint:gosec // small
			}
		}
		(*rows)[i].Units++
		if h.rose {
			(*rows)[i].States.Increased++
		} else {
			(*rows)[i].States.Full++
		}
	}
	for _, h := range all {
		there := false
		for month := range h.months {
			there = there || v.Window.Contains(month)
		}
		industry := strings.HasPrefix(h.industry, n.Industry) || n.Industry == dimension.Nothing && h.industry == ""
		if !there || !strings.HasPrefix(h.region, filter.AreaPrefix(n.Region)) || !industry || n.Size != "" && n.Size != h.size {
			continue
		}
		cut := func(code string, l dimension.Level) string { return code[:min(len(code), int(l.Digits))] }
		total := []queries.MemberRow{o.Total}
		add(&total, "", h)
		o.Total = total[0]
		add(&o.ByRegion, (cut(h.region, byRegion) + "00")[:6], h)
		add(&o.ByIndustry, cut(h.industry, byIndustry), h)
		add(&o.BySize, h.size, h)
		h.addBands(&o)
	}
	return o, nil
}

func (all madeUp) stamp() queries.Stamp {
	return queries.Stamp{Run: 1, DataFrom: 201904, DataTo: 201905, FirstEffect: 201904, Comparisons: []queries.Comparison{{ID: "all", Default: true}}}
}

// newAttack is one by a leader on a server of made-up figures.
func newAttack(t *testing.T, all madeUp) *attack {
	s, err := New(kit.Config{Overview: all.overview, Persons: all.behind, Log: slog.New(slog.DiscardHandler),
		Run:   func(context.Context) (uint32, error) { return 1, nil },
		Stamp: func(context.Context, filter.Scope) (queries.Stamp, error) { return all.stamp(), nil }})
	if err != nil {
		t.Fatal(err)
	}
	grant := access.Grant{Account: "leader", Name: "林岚", Roles: []access.Role{access.Leadership}, Regions: []string{"000000"}}
	s.Identify = func(*fiber.Ctx) (kit.Asker, error) {
		return kit.Asker{Visit: auth.Visit{Principal: access.New(grant), Account: auth.Account{Account: grant.Account, Roles: grant.Roles, Regions: grant.Regions}, Session: "s"}}, nil
	}
	s.Accounts, s.Addresses = limits.NewMeter(1e9, 1e9), limits.NewMeter(1e9, 1e9)
	a := &attack{t: t, s: s, about: "money", persons: map[spot][]uint64{}, parts: map[spot]map[string][]spot{}}
	a.learnTruth(all)
	return a
}

// oneByOne leaves out a test that asks for thousands of pages one after another, of which the race detector learns nothing.
func oneByOne(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("asks for one page after another")
	}
}

// TestAllPagesTogetherGiveNothingAway asks, as a leader, for every page that can be asked for in made-up provinces, for
// several windows, and works out by exact elimination what follows from all that they show: nothing about fewer than three persons,
// although the leader knows behind what there is nobody.
func TestAllPagesTogetherGiveNothingAway(t *testing.T) {
	oneByOne(t)
	hidden, shown := 0, 0
	for seed := range uint64(12) {
		all := newMadeUp(seed)
		a := newAttack(t, all)
		for window, at := range map[string][]int{"from=2019-04&to=2019-05": {0, 1}, "from=2019-04&to=2019-04": {0}, "from=2019-05&to=2019-05": {1}} {
			a.window, a.at, a.shown = window, at, map[spot]string{}
			a.askAll()
			secrets := a.secrets()
			hidden, shown = hidden+len(secrets), shown+len(a.shown)
			for _, found := range a.follows(secrets) {
				if !a.few(found) {
					continue
				}
				t.Errorf("seed %d, %s: everybody knows %v, which is about %v persons", seed, window, found, a.persons[found])
			}
			for s := range a.shown {
				if a.few(s) {
					t.Errorf("seed %d, %s: %v is shown, which is about %v persons", seed, window, s, a.persons[s])
				}
			}
		}
	}
	t.Logf("%d figures shown, %d hidden", shown, hidden)
	if hidden == 0 || shown == 0 {
		t.Error("nothing was tried")
	}
}

// learnTruth counts the persons behind every spot of at most two axes, and which spots add up to which.
func (a *attack) learnTruth(all madeUp) {
	count := func(counts []disclosure.Count, of func(x, y string) (regions, industries, sizes []string)) {
		times := map[disclosure.Time]int{{Month: 201904}: 0, {Month: 201905}: 1}
		for _, c := range counts {
			regions, industries, sizes := of(c.X, c.Y)
			for _, region := range regions {
				for _, industry := range industries {
					for _, size := range sizes {
						s := spot{region, industry, size}
						if a.persons[s] == nil {
							a.persons[s] = make([]uint64, 0)
						}
						for n, at := range c.At {
							for len(a.persons[s]) <= times[at] {
								a.persons[s] = append(a.persons[s], none)
							}
							if a.persons[s][times[at]] == none {
								a.persons[s][times[at]] = 0
							}
							a.persons[s][times[at]] += c.Persons[n]
						}
					}
				}
			}
		}
	}
	top := []string{""}
	// Each pair counts its own axes' members again with the whole of the other; the first count stands.
	pairs := []struct {
		x, y string
		of   func(x, y string) (r, i, s []string)
	}{
		{"region", "", func(x, _ string) (r, i, s []string) { return above(x, regionCuts...), top, top }},
		{"industry", "", func(x, _ string) (r, i, s []string) { return top, above(x, industryCuts...), top }},
		{"size", "", func(x, _ string) (r, i, s []string) { return top, top, above(x, 9) }},
		{"region", "industry", func(x, y string) (r, i, s []string) { return above(x, regionCuts...), above(y, industryCuts...), top }},
		{"region", "size", func(x, y string) (r, i, s []string) { return above(x, regionCuts...), top, above(y, 9) }},
		{"industry", "size", func(x, y string) (r, i, s []string) { return top, above(x, industryCuts...), above(y, 9) }},
	}
	for _, p := range pairs {
		known := maps.Clone(a.persons)
		count(all.counts(p.x, p.y), p.of)
		maps.Copy(a.persons, known)
	}
	a.addUp(all)
}

// addUp lists every spot that there may be, also those behind which there is nobody, and which spots each is the sum of.
func (a *attack) addUp(all madeUp) {
	below := [3]map[string]map[string]bool{{}, {}, {}} // of each axis, by member
	for _, h := range all {
		for axis, path := range [][]string{above(h.region, regionCuts...), above(h.industry, industryCuts...), above(h.size, 9)} {
			for i, member := range path {
				if below[axis][member] == nil {
					below[axis][member] = map[string]bool{}
				}
				if i > 0 {
					below[axis][path[i-1]][member] = true
				}
			}
		}
	}
	for region := range below[0] {
		for industry := range below[1] {
			for size := range below[2] {
				s := spot{region, industry, size}
				if s.deep() {
					continue
				}
				if _, there := a.persons[s]; !there {
					a.persons[s] = nil
				}
				a.parts[s] = map[string][]spot{}
				for axis, member := range []string{region, industry, size} {
					for part := range below[axis][member] {
						one := [3]string{region, industry, size}
						one[axis] = part
						if p := (spot{one[0], one[1], one[2]}); !p.deep() {
							a.parts[s][fmt.Sprint(axis)] = append(a.parts[s][fmt.Sprint(axis)], p)
						}
					}
				}
			}
		}
	}
}

// none stands where there is nothing at all.
const none = ^uint64(0)

// few tells whether something about a spot is about too few persons at some time of the window.
func (a *attack) few(s spot) bool {
	return slices.ContainsFunc(a.at, func(i int) bool { return i < len(a.persons[s]) && a.persons[s][i] < disclosure.Least })
}

// empty tells whether there is nobody behind a spot in the window: that everybody knows from the register of companies.
func (a *attack) empty(s spot) bool {
	return !slices.ContainsFunc(a.at, func(i int) bool { return i < len(a.persons[s]) && a.persons[s][i] != none })
}

// askAll asks for the page of every spot, also of those that are not there, and notes what it shows.
func (a *attack) askAll() {
	for s := range a.persons {
		code := func(member string) string {
			if member == "" {
				return ""
			}
			return member[2:]
		}
		region, industry := code(s.region), code(s.industry)
		if region != "" {
			if s.region[:2] == "6:" && filter.AreaPrefix(region) != region {
				continue // a county that is coded as its city has no page of its own
			}
			region = (region + "0000")[:6]
		}
		if s.industry != "" && industry == "" {
			industry = dimension.Nothing
		}
		if s.industry != "" && fmt.Sprint(len(code(s.industry)), ":") != s.industry[:2] && industry != dimension.Nothing || industry == dimension.Nothing && s.industry[:2] != "1:" {
			continue // a short code is the page of what it names
		}
		query := url.Values{"region": {region}, "industry": {industry}, "size": {code(s.size)}}
		a.ask(s, "/api/v1/overview?"+a.window+"&"+query.Encode())
	}
}

// ask notes what a page shows of a spot and of its parts.
func (a *attack) ask(s spot, address string) {
	a.asked++
	response, err := a.s.App.Test(httptest.NewRequest(fiber.MethodGet, address, nil), -1)
	if err != nil {
		a.t.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // read by the decoder
	type row struct {
		Key        string
		Suppressed bool
		Old        string
		States     map[string]int
	}
	var page struct {
		Total                        row
		ByRegion, ByIndustry, BySize []row
		ByBand                       []bandSeen
	}
	var raw map[string]json.RawMessage
	if err := json.NewDecoder(response.Body).Decode(&raw); err != nil || response.StatusCode != fiber.StatusOK {
		a.t.Fatalf("%s: status %d, %v", address, response.StatusCode, err)
	}
	for name, into := range map[string]any{"total": &page.Total, "by_region": &page.ByRegion, "by_industry": &page.ByIndustry, "by_size": &page.BySize, "by_band": &page.ByBand} {
		if err := json.Unmarshal(raw[name], into); err != nil {
			a.t.Fatal(err)
		}
	}
	if a.about == "bands" {
		a.noteBands(s, page.ByBand)
		return
	}
	note := func(s spot, r row) {
		if r.Suppressed {
			return
		}
		if a.about == "states" {
			r.Old = fmt.Sprint(r.States)
		}
		if s.deep() {
			a.t.Fatalf("%s shows %v", address, s)
		}
		if old, ok := a.shown[s]; ok && old != r.Old {
			a.t.Fatalf("%s: %v is %s here and %s there", address, s, r.Old, old)
		}
		a.shown[s] = r.Old
	}
	note(s, page.Total)
	level := "4:"
	if len(s.region) > 3 && s.region[0] != '2' {
		level = "6:"
	}
	for _, r := range page.ByRegion {
		note(spot{level + r.Key[:level[0]-'0'], s.industry, s.size}, r)
	}
	level = map[string]string{"": "1:", "1": "3:"}[s.industry[:min(1, len(s.industry))]]
	for _, r := range page.ByIndustry {
		if level == "" {
			level = "5:"
		}
		note(spot{s.region, level + r.Key, s.size}, r)
	}
	for _, r := range page.BySize {
		note(spot{s.region, s.industry, "9:" + r.Key}, r)
	}
}

// secrets are the spots that no page shows and that are not known to be empty, in a fixed order.
func (a *attack) secrets() (all []spot) {
	for s := range a.persons {
		if _, ok := a.shown[s]; !ok && !a.empty(s) {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(x, y spot) int {
		return slices.Compare([]string{x.region, x.industry, x.size}, []string{y.region, y.industry, y.size})
	})
	return all
}

const prime = 1<<61 - 1

func times(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return (low&prime + (high<<3 | low>>61)) % prime
}

// follows are the secrets that follow from what is shown: in the equations between the secrets, brought into their simplest
// form, they stand alone.
func (a *attack) follows(secrets []spot) (found []spot) {
	place := map[spot]int{}
	for i, s := range secrets {
		place[s] = i
	}
	var rows [][]uint64
	for whole, axes := range a.parts {
		for _, parts := range axes {
			row := make([]uint64, len(secrets))
			for _, part := range parts {
				if at, ok := place[part]; ok {
					row[at] = 1
				}
			}
			if at, ok := place[whole]; ok {
				row[at] = prime - 1
			}
			rows = append(rows, row)
		}
	}
	rank := 0
	for column := range secrets {
		at := slices.IndexFunc(rows[rank:], func(row []uint64) bool { return row[column] != 0 })
		if at < 0 {
			continue
		}
		rows[rank], rows[rank+at] = rows[rank+at], rows[rank]
		pivot := rows[rank]
		scale, exponent := uint64(1), uint64(prime-2)
		for base := pivot[column]; exponent > 0; exponent, base = exponent>>1, times(base, base) {
			if exponent&1 == 1 {
				scale = times(scale, base)
			}
		}
		for c := range pivot {
			pivot[c] = times(pivot[c], scale)
		}
		for r, row := range rows {
			if r != rank && row[column] != 0 {
				factor := prime - row[column]
				for c := column; c < len(row); c++ {
					if pivot[c] != 0 {
						row[c] = (row[c] + times(factor, pivot[c])) % prime
					}
				}
			}
		}
		rank++
	}
	for _, row := range rows[:rank] {
		alone, n := -1, 0
		for c, value := range row {
			if value != 0 {
				alone, n = c, n+1
			}
		}
		if n == 1 {
			found = append(found, secrets[alone])
		}
	}
	return found
}
