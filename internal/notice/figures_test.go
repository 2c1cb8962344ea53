package notice

import (
	"strings"
	"testing"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/alert"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/queries"
)

// watching is an office with figures, in which wu watches one of the counties that he sees.
func watching(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, q: fixture.Computed(t)}
	o.at("2020-01-16 10:00")
	for _, g := range staff {
		o.put(g, false)
	}
	a, err := alert.Read(principal("wu"), queries.Alert{Account: "wu", Alert: strings.Repeat("a", 32), State: alert.Active, Figure: "overcharged", Level: "county", Compare: alert.Above,
		Number: "100", Months: alert.ToDate, Payer: "employer"})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.q.PutAlert(t.Context(), a, o.now); err != nil {
		t.Fatal(err)
	}
	return o
}

// Unit D of the county was charged 800 yuan too much in May 2019; see package world.
func TestAnAlertIsMailedOnceWithItsFiguresAndItsLink(t *testing.T) {
	o, p := watching(t), opensPost(t, false)
	n := o.notices(p.options(t, "open sesame", "starttls"))
	o.wishes("wu@tax.example", Alert)
	if result := o.round(n); result.Told != 1 || result.Sent != 1 {
		t.Fatalf("%+v", result)
	}
	if result := o.round(n); result.Told+result.Sent != 0 {
		t.Errorf("told again: %+v", result)
	}
	_, body := decoded(t, p.kept()[0])
	for _, want := range []string{"预警：本人范围任一区县的多征高于 100 元（政策实施以来）：吴中区 800 元（2019年5月，第 1 批）", "https://jianfu.example/regions/320506?from=2019-05&to=2019-05"} {
		if !strings.Contains(strings.ReplaceAll(body, "\r\n", "\n"), want) {
			t.Errorf("the mail lacks %q:\n%s", want, body)
		}
	}
}

func TestWhoLostWhatAnAlertWasSeenWithGetsNothing(t *testing.T) {
	wu := staff[1]
	for name, c := range map[string]struct {
		change   func(o *office)
		told     int // once the account was changed before the round
		mailed   int // once it was changed after it was told, before it was sent
		readable int // and read by then, by wu as he is now
	}{
		"nothing has changed": {func(*office) {}, 1, 1, 1},
		"locked":              {func(o *office) { o.put(wu, true) }, 0, 0, 0},
		"another county": {func(o *office) {
			o.put(access.Grant{Account: "wu", Roles: wu.Roles, Regions: []string{"320505"}}, false)
		}, 0, 0, 0},
		"the whole city": {func(o *office) { o.put(access.Grant{Account: "wu", Roles: wu.Roles, Regions: []string{city}}, false) }, 1, 1, 1},
		"no figures": {func(o *office) {
			o.put(access.Grant{Account: "wu", Roles: []access.Role{access.DataAdmin}, Regions: wu.Regions}, false)
		}, 0, 0, 0},
		"no records, so concealed": {func(o *office) {
			o.put(access.Grant{Account: "wu", Roles: []access.Role{access.Leadership}, Regions: wu.Regions}, false)
		}, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, p := watching(t), opensPost(t, false)
			c.change(o)
			o.wishes("wu@tax.example", Alert)
			if result := o.round(o.notices(Options{})); result.Told != c.told {
				t.Errorf("changed before: %+v", result)
			}
			o = watching(t)
			o.wishes("wu@tax.example", Alert)
			o.round(o.notices(Options{}))
			c.change(o)
			o.now = o.now.Add(time.Minute)
			if result := o.round(o.notices(p.options(t, "open sesame", "starttls"))); result.Sent != c.mailed || len(p.kept()) != c.mailed {
				t.Errorf("changed after: %+v", result)
			}
			people, err := o.notices(Options{}).people(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			reader := queries.NoticeReader{Account: "wu", Scope: filter.Scope{}}
			if now, ok := people.of["wu"]; ok {
				reader.Scope = now.Scope(access.FiguresAggregate)
				for _, right := range now.Rights() {
					reader.Rights = append(reader.Rights, string(right))
				}
			}
			if counts, err := o.q.CountNotices(t.Context(), reader); err != nil || int(counts.Told) != c.readable {
				t.Errorf("readable: %+v, %v", counts, err)
			}
		})
	}
}
