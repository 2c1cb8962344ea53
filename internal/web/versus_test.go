package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"jianfu/internal/access"
	"jianfu/internal/auth"
	"jianfu/internal/dimension"
	"jianfu/internal/fixture"
	"jianfu/internal/money"
	"jianfu/internal/period"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/limits"
	"jianfu/queries"
)

func TestTheOtherWindowIsReadFromAddresses(t *testing.T) {
	own := period.Range{From: 201905, To: 201907}
	for name, c := range map[string]struct {
		query   string
		window  period.Range
		again   string // as addresses have it from then on
		problem string
	}{
		"just before":             {query: "versus=before", window: period.Range{From: 201902, To: 201904}, again: "before"},
		"a year before":           {query: "versus=year", window: period.Range{From: 201805, To: 201807}, again: "year"},
		"one month":               {query: "versus=2018-12", window: period.Range{From: 201812, To: 201812}, again: "2018-12"},
		"a window":                {query: "versus=2018-11..2019-01", window: period.Range{From: 201811, To: 201901}, again: "2018-11..2019-01"},
		"a form's window":         {query: "versus=free&versus_from=2018-11&versus_to=2019-01", window: period.Range{From: 201811, To: 201901}, again: "2018-11..2019-01"},
		"a form's month":          {query: "versus=free&versus_from=&versus_to=2019-01", window: period.Range{From: 201901, To: 201901}, again: "2019-01"},
		"months that nobody asks": {query: "versus=year&versus_from=2018-11&versus_to=2019-01", window: period.Range{From: 201805, To: 201807}, again: "year"},
		"none":                    {query: "versus=&versus_from=2018-11"},
		"no month":                {query: "versus=free", problem: "web_versus_empty"},
		"the wrong order":         {query: "versus=2019-02..2019-01", problem: "web_versus_order"},
		"no window":               {query: "versus=last", problem: "web_bad_versus"},
		"an open window":          {query: "versus=2019-01..", problem: "web_bad_versus"},
		"twice":                   {query: "versus=year&versus=before", problem: "web_repeated_parameter"},
	} {
		t.Run(name, func(t *testing.T) {
			s := serving(t, nil)
			response, body := get(t, s, "/?from=2019-05&to=2019-07&"+c.query)
			if c.problem != "" {
				if response.StatusCode != http.StatusBadRequest {
					t.Errorf("status %d: %s", response.StatusCode, body)
				}
				return
			}
			page := parsed(t, body)
			v := kit.Versus{}
			if c.again != "" {
				var err error
				if v, err = kit.ReadVersus(func(name string) (string, error) {
					return map[string]string{kit.ParamVersus: c.again}[name], nil
				}); err != nil {
					t.Fatal(err)
				}
			}
			if v.Window(own) != c.window || v.String() != c.again {
				t.Errorf("the window is %v, %q", v.Window(own), v)
			}
			for _, part := range []string{".card-tools a", "#regions-title ~ * a, table[data-table=regions] th a"} {
				link := page.Find(part).First().AttrOr("href", "")
				if c.again != "" && !strings.Contains(link, "versus="+strings.ReplaceAll(c.again, "..", "..")) || c.again == "" && strings.Contains(link, "versus") {
					t.Errorf("%s leads to %q", part, link)
				}
			}
		})
	}
}

// randomOffice is an office of a random province of three months, with an inspector and a leader of all of it.
func randomOffice(t *testing.T, seed uint64) (*office, *fixture.Random) {
	t.Helper()
	if testing.Short() {
		t.Skip("takes an engine")
	}
	r, pack := fixture.NewRandom(seed, 300), fixture.RandomPack(t, seed)
	r.Obey(t, pack)
	q := fixture.RememberingOpen(t)
	fixture.Load(t, q, r.UnitsFile(), r.RecordsFile())
	fixture.Recompute(t, q, pack)
	o := openOffice(t, q, nil)
	for _, role := range []access.Role{access.Inspector, access.Leadership} {
		n := auth.NewAccount{Account: string(role), Name: "某人", Roles: []access.Role{role}, Regions: []string{"000000"}, Password: secret}
		if _, err := o.accounts.Create(t.Context(), access.CommandLine("test"), n); err != nil {
			t.Fatal(err)
		}
	}
	o.server.Accounts, o.server.Addresses = limits.NewMeter(1e9, 1e9), limits.NewMeter(1e9, 1e9)
	return o, r
}

// compared is what the JSON of a page says that these tests read.
type compared struct {
	View  struct{ From, To period.Period }
	Stamp queries.Stamp
	Total comparedMember
	comparedTables

	Versus *struct {
		Basis, Note   string
		MissingMonths []period.Period `json:"missing_months"`
		Total         *comparedMember
		comparedTables
	}
}

// comparedTables are the tables of members, of a window and of what it is compared with.
type comparedTables struct {
	dimension.By[[]comparedMember]
}

type comparedMember struct {
	Key, Name  string
	Suppressed bool
	comparedSums
	Before *comparedSums
	Moved  *struct {
		RatePoints   *string `json:"rate_points"`
		Due, Real    money.Fen
		Overcharged  *money.Fen
		Undercharged *money.Fen
	}
}

type comparedSums struct {
	Old, New, Charged, Due, Real, Shortfall        money.Fen
	Entitled, Delivered, Overcharged, Undercharged money.Fen
	UnitsOvercharged                               uint64 `json:"units_overcharged"`
	UnitsUndercharged                              uint64 `json:"units_undercharged"`
}

func askCompared(t *testing.T, b *browser, address string) (c compared, status int) {
	t.Helper()
	response, body := b.get(address)
	if response.StatusCode == http.StatusOK {
		if err := json.Unmarshal([]byte(body), &c); err != nil {
			t.Fatalf("%s: %v", address, err)
		}
	}
	return c, response.StatusCode
}

// lists are the members of each dimension of a page, and those that it compares.
func (c *compared) lists() (own, other [][]comparedMember) {
	for _, d := range dimension.All {
		own = append(own, *c.Of(d))
		if c.Versus != nil {
			other = append(other, *c.Versus.Of(d))
		}
	}
	return own, other
}

// TestTheOtherWindowIsWhatItsOwnPageShows asks for pages beside another window, and for that window as their own: to the
// fen the same figures, and the same hidden.
func TestTheOtherWindowIsWhatItsOwnPageShows(t *testing.T) {
	o, r := randomOffice(t, 21)
	o.server.Config.LeastPersons = 25
	hidden, moved := 0, 0
	for _, account := range []string{"inspector", "leadership"} {
		b := o.signedIn(account)
		for _, page := range []string{"/overview", "/regions/320100", "/regions", "/industries/C", "/industries/-", "/sizes/small", "/overview?payer=both", "/sizes?insurance=pension"} {
			for _, windows := range [][2]string{{"2019-05..2019-05", "2019-04..2019-04"}, {"2019-04..2019-05", "2019-03..2019-04"}, {"2019-05..2019-05", "2019-03..2019-04"}} {
				at := func(window string) string {
					from, to, _ := strings.Cut(window, "..")
					return kit.APIRoot + page + map[bool]string{true: "&", false: "?"}[strings.Contains(page, "?")] + "from=" + from + "&to=" + to
				}
				own, status := askCompared(t, b, at(windows[0]))
				then, too := askCompared(t, b, at(windows[1]))
				both, three := askCompared(t, b, at(windows[0])+"&versus="+windows[1])
				if status != http.StatusOK || too != http.StatusOK || three != http.StatusOK {
					t.Fatalf("%s %s: status %d, %d, %d", account, page, status, too, three)
				}
				h, m := agree(t, account+" "+at(windows[0])+" "+windows[1], own, then, both)
				hidden, moved = hidden+h, moved+m
			}
		}
	}
	if hidden == 0 || moved < 100 {
		t.Errorf("%d members were hidden and %d were compared", hidden, moved)
	}
	b := o.signedIn("inspector")
	for i, id := range r.UnitIDs()[:40] {
		windows := [][2]string{{"from=2019-05&to=2019-05", "from=2019-03&to=2019-04"}, {"from=2019-04&to=2019-05", "from=2019-03&to=2019-03"}}[i%2]
		other := strings.NewReplacer("from=", "", "&to=", "..").Replace(windows[1])
		then, status := askCompared(t, b, kit.APIRoot+"/units/"+id+"?"+windows[1])
		both, too := askCompared(t, b, kit.APIRoot+"/units/"+id+"?"+windows[0]+"&versus="+other)
		if status != too {
			t.Fatalf("%s: status %d, %d", id, status, too)
		}
		if status != http.StatusOK || both.Versus.Total == nil { // it has no records in one of the windows
			continue
		}
		got, want := *both.Versus.Total.Before, then.Total.comparedSums
		if got.Old != want.Old || got.New != want.New || got.Charged != want.Charged || got.Overcharged != want.Overcharged || got.Undercharged != want.Undercharged {
			t.Errorf("unit %s: %+v, its own page says %+v", id, got, want)
		}
	}
}

// agree compares the answer about two windows with the answers about each, and counts what is hidden and what moved.
func agree(t *testing.T, name string, own, then, both compared) (hidden, moved int) {
	t.Helper()
	if both.Versus == nil {
		t.Fatalf("%s: no window is compared", name)
	}
	if both.Versus.Basis == "none" {
		if both.Versus.Total != nil || then.Total.Old != 0 && own.Total.Old != 0 && !then.Total.Suppressed {
			t.Errorf("%s: nothing is compared: %s", name, both.Versus.Note)
		}
		return 0, 0
	}
	if both.Versus.Total.Before == nil || *both.Versus.Total.Before != then.Total.comparedSums {
		t.Errorf("%s: in all %+v, its own page says %+v", name, both.Versus.Total.Before, then.Total.comparedSums)
	}
	now, _ := own.lists()
	before, _ := then.lists()
	_, members := both.lists()
	find := func(list []comparedMember, key string) *comparedMember {
		if i := slices.IndexFunc(list, func(m comparedMember) bool { return m.Key == key }); i >= 0 {
			return &list[i]
		}
		return nil
	}
	for i, list := range members {
		for _, m := range list {
			x, y := find(now[i], m.Key), find(before[i], m.Key)
			switch {
			case x != nil && x.Suppressed || y != nil && y.Suppressed:
				hidden++
				if m.Before != nil || m.Moved != nil || !m.Suppressed {
					t.Errorf("%s: %s is hidden in one window, and the comparison says %+v", name, m.Key, m)
				}
			case y == nil:
				if m.Before != nil || m.Moved != nil {
					t.Errorf("%s: %s is not in the other window, and the comparison says %+v", name, m.Key, m)
				}
			case m.Before == nil || *m.Before != y.comparedSums:
				t.Errorf("%s: %s was %+v, its own page says %+v", name, m.Key, m.Before, y.comparedSums)
			case x != nil && both.Versus.Basis == "sums":
				moved++
				if m.Moved.Due != x.Due-y.Due || m.Moved.Real != x.Real-y.Real || *m.Moved.Overcharged != x.Overcharged-y.Overcharged || *m.Moved.Undercharged != x.Undercharged-y.Undercharged {
					t.Errorf("%s: %s moved by %+v, from %+v to %+v", name, m.Key, m.Moved, y.comparedSums, x.comparedSums)
				}
			case x != nil:
				if m.Moved.Overcharged != nil || m.Moved.Undercharged != nil {
					t.Errorf("%s: %s: sums of windows of different lengths are compared", name, m.Key)
				}
			}
		}
	}
	return hidden, moved
}

// What a page says of another window stands on it, in its files and on paper: which months, how, and what is missing.
func TestAPageSaysWhichWindowsItCompares(t *testing.T) {
	b := provincial(t).signedIn("js-inspector")
	_, body := b.get("/regions/320100?from=2019-05&to=2019-05&versus=before")
	page := parsed(t, body)
	if got := page.Find("[data-versus]").Text(); got != "本期 2019年5月（1 个月）与上期 2019年4月（1 个月）比较。比较期中 2019年5月 以前的月份降费尚未开始，应减是零，变化反映的是政策起步，不是执行好坏。" {
		t.Errorf("the page says %q", got)
	}
	if got := page.Find(".head").AttrOr("data-watermark", ""); !strings.Contains(got, "2019年5月，比较期：上期 2019年4月") {
		t.Errorf("the sheets say %q", got)
	}
	if got := page.Find(".chips").Text(); !strings.Contains(got, "比较期：上期 2019年4月") {
		t.Errorf("the conditions are %q", got)
	}
	if got := page.Find("[data-kpi=rate] [data-against]").Text(); got != "较2019年4月 — 2019年5月起降费" {
		t.Errorf("the share says %q", got)
	}
	for _, c := range [][3]string{
		{"/?from=2019-05&to=2019-05&versus=year", "上年同期没有数据（本批次的数据为 2019年4月—2019年5月；只有补缴、退费的月份不算），不作比较。没有数据不等于零。", "上年同期没有数据"},
		{"/?from=2019-04&to=2019-05&versus=2019-03..2019-04", "缺少 2019年3月的数据", "自选时段数据不全"},
		{"/?from=2019-05&to=2019-05&versus=2019-04..2019-05", "两个时段月数不同", ""},
		{"/?from=2019-04&to=2019-04", "", "没有 2019年3月的数据"},
	} {
		_, body := b.get(c[0])
		page := parsed(t, body)
		if got := page.Find("[data-versus]").Text(); !strings.Contains(got, c[1]) {
			t.Errorf("%s says %q", c[0], got)
		}
		if got := page.Find("[data-kpi=real] [data-against]").Text(); !strings.HasSuffix(got, c[2]) || c[2] != "" && !strings.Contains(got, "—") {
			t.Errorf("%s: the real reduction says %q", c[0], got)
		}
		if got := page.Find("[data-column=moved_due]").Length(); (got > 0) != strings.Contains(c[1], "月数不同") {
			t.Errorf("%s has %d cells of changes", c[0], got)
		}
	}
	_, file := b.post("/download/overview/regions.csv?from=2019-05&to=2019-05&versus=before", "reason", "核对两个时段")
	for _, want := range []string{"比较期,上期 2019年4月", "比较说明,本期 2019年5月（1 个月）与上期 2019年4月（1 个月）比较。", "落实率变化（百分点）,应减变化(元),实减变化(元),多征变化(元),少征变化(元)"} {
		if !strings.Contains(file, want) {
			t.Errorf("the file lacks %q:\n%s", want, file)
		}
	}
}
