package alert_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/alert"
	"jianfu/internal/engine/enginetest"
	"jianfu/internal/fixture"
	"jianfu/internal/i18n"
	"jianfu/internal/problem"
	"jianfu/queries"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

// watched is a store with people who watch figures in it, and a clock that goes on by itself.
type watched struct {
	t     *testing.T
	q     *queries.Queries
	watch *alert.Watch
	now   time.Time
}

func open(t *testing.T) *watched {
	w := &watched{t: t, q: fixture.Computed(t), now: fixture.Now()}
	w.watch = alert.New(w.q, w.tick)
	return w
}

func (w *watched) tick() time.Time {
	w.now = w.now.Add(time.Second)
	return w.now
}

func person(role access.Role, region string) access.Principal {
	return access.New(access.Grant{Account: string(role) + "-" + region, Roles: []access.Role{role}, Regions: []string{region}})
}

// set keeps an alert of somebody: figure, level, comparison, number.
func (w *watched) set(p access.Principal, words string, change ...func(*queries.Alert)) queries.Alert {
	w.t.Helper()
	f := strings.Fields(words)
	a := queries.Alert{Account: p.Account(), Alert: fmt.Sprintf("%032x", w.now.UnixNano()), State: alert.Active, Figure: f[0], Level: f[1], Compare: f[2], Number: f[3], Months: alert.ToDate, Payer: "employer"}
	for _, c := range change {
		c(&a)
	}
	a, err := alert.Read(p, a)
	if err != nil {
		w.t.Fatal(err)
	}
	w.put(a)
	return a
}

func (w *watched) put(a queries.Alert) {
	w.t.Helper()
	if err := w.q.PutAlert(w.t.Context(), a, w.tick()); err != nil {
		w.t.Fatal(err)
	}
}

// check is a look at the alerts of people: who is told what, in order; nothing of it is settled.
func (w *watched) check(people ...access.Principal) (told []string, settle func()) {
	w.t.Helper()
	found, done, err := w.watch.Check(w.t.Context(), people)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range found {
		told = append(told, c.Principal.Account()+": "+c.Told.Text(i18n.For(i18n.English))+" -> "+c.Told.Address())
	}
	slices.Sort(told)
	return told, func() {
		w.t.Helper()
		if err := done(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *watched) want(told []string, want ...string) {
	w.t.Helper()
	if !slices.Equal(told, want) {
		w.t.Errorf("told:\n%s\nwant:\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
}

// Of May 2019, as package fixture adds it up, 400 of 1,160 yuan arrived in Nanjing (34.48 %) and 40 of 440 in Suzhou (9.09 %). Where the
// second charge of D's second person is a third person's, it is no double charge: D gets 600 of 600, Suzhou 640 of 640.
func TestACrossingIsToldOnceAndAgainAfterItWasWithin(t *testing.T) {
	t.Parallel()
	w := open(t)
	p := person(access.Inspector, "320000")
	a := w.set(p, "rate city below 34.49")
	both := "inspector-320000: my whole scope: delivery rate of any city below 34.49% (since the policy took effect): Suzhou 9.09%, Nanjing 34.48% (May 2019, run 1) -> /regions?from=2019-05&to=2019-05"
	told, _ := w.check(p)
	w.want(told, both)
	told, settle := w.check(p) // the server died before it was settled
	w.want(told, both)
	settle()
	told, settle = w.check(p)
	w.want(told)
	settle()
	line := func(person string) string {
		for line := range strings.Lines(fixture.Records()) {
			if strings.HasPrefix(line, "05-D3") {
				return fixture.RecordsHeader + strings.Replace(line, ",d2,", ","+person+",", 1)
			}
		}
		t.Fatal("the world has lost a record")
		return ""
	}
	fixture.Load(t, w.q, line("d3"))
	fixture.Recompute(t, w.q, fixture.Pack(t))
	told, settle = w.check(p)
	w.want(told) // Suzhou recovered, and Nanjing is where it was
	settle()
	kept, err := w.q.Alerts(t.Context(), p.Account())
	if err != nil || len(kept) != 1 || kept[0].Run != 2 || !slices.Equal(kept[0].Crossed, []string{"320100"}) {
		t.Errorf("%+v, %v", kept, err)
	}
	fixture.Load(t, w.q, line("d2"))
	fixture.Recompute(t, w.q, fixture.Pack(t))
	a.State = alert.Paused
	w.put(a)
	told, settle = w.check(p)
	w.want(told)
	settle()
	a.State = alert.Active
	w.put(a)
	told, settle = w.check(p)
	w.want(told, "inspector-320000: my whole scope: delivery rate of any city below 34.49% (since the policy took effect): Suzhou 9.09% (May 2019, run 3) -> /regions/320500?from=2019-05&to=2019-05")
	settle()
	a.State = alert.Dropped
	w.put(a)
	if kept, err := w.q.Alerts(t.Context(), ""); err != nil || len(kept) != 0 {
		t.Errorf("%+v, %v", kept, err)
	}
}

// Behind Nanjing's figures are two persons, behind Suzhou's three, five in all; least is four, so that only their sum is shown to who
// may not see records.
func TestAConcealedFigureRaisesNoAlertForWhoMayNotSeeIt(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.q.ConcealBelow(4)
	inspector, leader, county := person(access.Inspector, "320000"), person(access.Leadership, "320000"), person(access.Leadership, "320500")
	people := []access.Principal{inspector, leader, county}
	for _, p := range people {
		for _, words := range []string{"rate city below 30", "rate total below 30", "overcharged size above 0", "charged city above 1"} {
			w.set(p, words)
		}
	}
	told, settle := w.check(people...)
	var who []string
	for _, text := range told {
		account, rest, _ := strings.Cut(text, ": ")
		_, what, _ := strings.Cut(rest, ": ")
		what, _, _ = strings.Cut(what, " (")
		who = append(who, account+": "+what)
	}
	w.want(who, "inspector-320000: charged burden of any city above CNY 1", "inspector-320000: delivery rate of any city below 30%", "inspector-320000: delivery rate of the whole below 30%",
		"inspector-320000: overcharged of any size above CNY 0", "leadership-320000: delivery rate of the whole below 30%")
	settle()
	kept, err := w.q.Alerts(t.Context(), leader.Account())
	if err != nil || len(kept) != 4 {
		t.Fatal(kept, err)
	}
	for _, a := range kept { // what is kept of a concealed figure tells nothing of it either
		if want := map[bool]int{true: 1, false: 0}[a.Level == "total"]; len(a.Crossed) != want {
			t.Errorf("%s of %s: %q is kept", a.Figure, a.Level, a.Crossed)
		}
	}
}

func TestAnAlertSeesWhatItsAccountSeesByThen(t *testing.T) {
	t.Parallel()
	w := open(t)
	suzhou, wide := person(access.Inspector, "320500"), person(access.Inspector, "320000")
	w.set(suzhou, "rate city below 50")
	w.set(wide, "rate county below 100", func(a *queries.Alert) { a.Region = "320500" })
	told, _ := w.check(suzhou, wide)
	w.want(told, "inspector-320000: Suzhou: delivery rate of any county below 100% (since the policy took effect): Wuzhong, Suzhou 0% (May 2019, run 1) -> /regions/320506?from=2019-05&to=2019-05",
		"inspector-320500: my whole scope: delivery rate of any city below 50% (since the policy took effect): Suzhou 9.09% (May 2019, run 1) -> /regions/320500?from=2019-05&to=2019-05")
	moved := access.New(access.Grant{Account: suzhou.Account(), Roles: []access.Role{access.Inspector}, Regions: []string{"320100"}})
	narrowed := access.New(access.Grant{Account: wide.Account(), Roles: []access.Role{access.Inspector}, Regions: []string{"320100"}})
	told, _ = w.check(moved, narrowed)
	w.want(told, "inspector-320500: my whole scope: delivery rate of any city below 50% (since the policy took effect): Nanjing 34.48% (May 2019, run 1) -> /regions/320100?from=2019-05&to=2019-05")
	keeper := access.New(access.Grant{Account: suzhou.Account(), Roles: []access.Role{access.DataAdmin}, Regions: []string{"320500"}})
	told, settle := w.check(keeper) // and those who are not there at all, such as locked accounts
	w.want(told)
	settle()
	if kept, err := w.q.Alerts(t.Context(), ""); err != nil || len(kept) != 2 || kept[0].Run != 0 || kept[1].Run != 0 {
		t.Errorf("what nobody may see was looked at: %+v, %v", kept, err)
	}
}

// From April to May the employers' charges fell from 7,700 to 7,660 yuan, by 0.519 %, those of all overcharges rose from nought to 1,560;
// nothing was due in April, so that no delivery rate can have fallen since.
func TestAFigureIsComparedWithTheMonthBefore(t *testing.T) {
	t.Parallel()
	w := open(t)
	p := person(access.Inspector, "320000")
	for _, words := range []string{"charged total falls 0.51", "charged total falls 0.52", "charged total rises 0.01", "overcharged total rises 10", "rate total falls 1", "units total rises 1", "increased size rises 50"} {
		w.set(p, words)
	}
	w.set(p, "real_share total rises 0.51", func(a *queries.Alert) { a.Payer = "both" }) // 10,790 − 11,190 of 10,790 is −3.7 %, from 0
	told, _ := w.check(p)
	w.want(told,
		"inspector-320000: my whole scope: charged burden of the whole falls by 0.51% or more against the month before: down 0.51% (May 2019, run 1) -> /?from=2019-05&to=2019-05",
		"inspector-320000: my whole scope: number of units whose burden rose of any size rises by 50% or more against the month before: Small 0 the month before (May 2019, run 1) -> /sizes/small?from=2019-05&to=2019-05",
		"inspector-320000: my whole scope: overcharged of the whole rises by 10% or more against the month before: 0 the month before (May 2019, run 1) -> /?from=2019-05&to=2019-05")
}

func TestOnlyWhatMakesSenseIsWatched(t *testing.T) {
	p := person(access.Inspector, "320500")
	for name, c := range map[string]struct {
		change func(*queries.Alert)
		want   string
	}{
		"as it should be":            {func(*queries.Alert) {}, ""},
		"a number with its unit":     {func(a *queries.Alert) { a.Number = " 95.5 % " }, ""},
		"a number with commas":       {func(a *queries.Alert) { a.Number = "1,000,000" }, ""},
		"no number":                  {func(a *queries.Alert) { a.Number = "NaN" }, "alert_bad_number"},
		"too many decimals":          {func(a *queries.Alert) { a.Number = "95.555" }, "alert_bad_number"},
		"an exponent":                {func(a *queries.Alert) { a.Number = "1e9" }, "alert_bad_number"},
		"a rise of nothing":          {func(a *queries.Alert) { a.Compare, a.Number = alert.Rises, "0" }, "alert_no_change"},
		"no such figure":             {func(a *queries.Alert) { a.Figure = "wages" }, "alert_bad_word"},
		"no such level":              {func(a *queries.Alert) { a.Level = "unit" }, "alert_bad_word"},
		"no such size":               {func(a *queries.Alert) { a.Size = "huge" }, "alert_bad_word"},
		"no such industry":           {func(a *queries.Alert) { a.Industry = "Z" }, "alert_bad_word"},
		"units by insurance":         {func(a *queries.Alert) { a.Figure, a.Level = "none", "insurance" }, "alert_not_by_insurance"},
		"money by insurance":         {func(a *queries.Alert) { a.Level = "insurance" }, ""},
		"another's region":           {func(a *queries.Alert) { a.Region = "320100" }, "alert_foreign_region"},
		"more than one's own region": {func(a *queries.Alert) { a.Region = "320000" }, "alert_foreign_region"},
		"a county of one's own":      {func(a *queries.Alert) { a.Region = "320506" }, ""},
		"no code":                    {func(a *queries.Alert) { a.Region = "3205x" }, "alert_foreign_region"},
	} {
		a := queries.Alert{Figure: "rate", Level: "city", Compare: alert.Below, Number: "95", Months: alert.Latest, Payer: "both"}
		c.change(&a)
		_, err := alert.Read(p, a)
		if got := code(err); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if _, err := alert.Read(person(access.DataAdmin, "320500"), queries.Alert{}); code(err) != "access_denied" {
		t.Errorf("without the right: %v", err)
	}
}

func TestEveryWordOfAnAlertHasItsText(t *testing.T) {
	for _, lang := range []string{i18n.Chinese, i18n.English} {
		p := i18n.For(lang)
		for prefix, words := range map[string][]string{"alert.level.": alert.Levels, "alert.compare.": alert.Compares, "alert.compare_name.": alert.Compares,
			"alert.months.": alert.MonthChoices, "alert.months_name.": alert.MonthChoices, "web.payer.": alert.Payers} {
			for _, word := range words {
				if !p.Has(prefix + word) {
					t.Errorf("%s lacks %s%s", lang, prefix, word)
				}
			}
		}
		for _, f := range alert.Figures {
			if !p.Has("alert.figure."+f.ID) || !p.Has("alert.unit."+string(f.Unit)) || !p.Has("alert.unit_name."+string(f.Unit)) || f.Better != alert.Neither && !p.Has("alert.better."+string(f.Better)) {
				t.Errorf("%s lacks a text of %s", lang, f.ID)
			}
		}
	}
}

func code(err error) string {
	if err == nil {
		return ""
	}
	return problem.Code(err)
}
