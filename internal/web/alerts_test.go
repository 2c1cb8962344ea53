package web

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/fixture"
	"jianfu/internal/ledger"
	"jianfu/internal/notice"
	"jianfu/internal/web/alerts"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/limits"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// round makes a round of notices, at the time of the small world.
func (o *office) round() notice.Result {
	o.t.Helper()
	at := fixture.Now()
	n, err := notice.New(o.q, workday.Shipped(), ledger.ShippedLimits(), func() time.Time { at = at.Add(time.Second); return at }, slog.New(slog.DiscardHandler), notice.Options{})
	if err != nil {
		o.t.Fatal(err)
	}
	result, err := n.Round(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	return result
}

// alertFields are those of the form, as a browser sends them.
func alertFields(change ...string) []string {
	fields := map[string]string{"figure": "rate", "level": "city", "compare": "below", "number": "30", "months": "to_date", "payer": "employer", "watched_region": "", "watched_industry": "", "watched_size": ""}
	for i := 0; i+1 < len(change); i += 2 {
		fields[change[i]] = change[i+1]
	}
	var list []string
	for name, value := range fields {
		list = append(list, name, value)
	}
	return list
}

// titles are the alerts among the notices of a page, by their text.
func titles(b *browser, address string) (all []string) {
	_, body := b.get(address)
	parsed(b.o.t, body).Find(".notice-list li:has(.notice-kind.alert) .notice-title").Each(func(_ int, s *goquery.Selection) {
		s.Find(".sr").Remove()
		all = append(all, strings.TrimSpace(s.Text()))
	})
	return all
}

// Of Suzhou, 40 of 440 yuan arrived in May 2019; see package world.
func TestAnAlertIsSetToldAndLeadsToThePageThatShowsIt(t *testing.T) {
	o := staffed(t)
	o.server.Accounts, o.server.Addresses = limits.NewMeter(1e9, 1e9), limits.NewMeter(1e9, 1e9)
	b, other := o.signedIn("sz-inspector"), o.signedIn("sz-leadership")
	b.get("/alerts")
	for _, wrong := range [][]string{{"number", "x"}, {"figure", "wages"}, {"watched_region", nanjing}, {"level", "insurance", "figure", "none"}} {
		response, body := b.post("/alerts/create", alertFields(wrong...)...)
		page := parsed(t, body)
		if response.StatusCode != http.StatusUnprocessableEntity || page.Find("main .said.problem").Length() != 1 || page.Find("#level option[selected]").Length() != 1 {
			t.Errorf("%v: status %d", wrong, response.StatusCode)
		}
	}
	if response, _ := b.post("/alerts/create", alertFields()...); response.StatusCode != http.StatusSeeOther {
		t.Fatalf("status %d", response.StatusCode)
	}
	if entries := o.done(audit.SettingsChanged); len(entries) != 1 || entries[0].Details["condition"] != "rate city below 30 to_date employer" || entries[0].Details["event"] != "created" {
		t.Errorf("%+v", entries)
	}
	o.round()
	o.round()
	want := "本人范围任一市的落实率低于 30%（政策实施以来）：苏州市 9.09%（2019年5月，第 2 批）"
	if got := titles(b, "/notices"); len(got) != 1 || got[0] != want {
		t.Fatalf("told %q", got)
	}
	if got := titles(other, "/notices?show=all"); len(got) != 0 {
		t.Errorf("another is told %q", got)
	}
	_, body := b.get("/alerts")
	page := parsed(t, body)
	if found := page.Find(".alert-found.beyond").Text(); !strings.Contains(found, "苏州市") || strings.Contains(page.Find("main").Text(), "南京") {
		t.Errorf("the page says %q", found)
	}
	_, body = b.get("/notices")
	id := parsed(t, body).Find(".notice-list li:has(.notice-kind.alert) input[name=notice]").AttrOr("value", "")
	if response, _ := other.post("/notices/open", "notice", id, "number", ""); response.StatusCode != http.StatusBadRequest {
		t.Errorf("another opens it: status %d", response.StatusCode)
	}
	response, _ := b.post("/notices/open", "notice", id, "number", "")
	at := response.Header.Get("Location")
	if at != "/regions/320500?from=2019-05&to=2019-05" {
		t.Errorf("leads to %s", at)
	}
	if response, body := b.get(at); response.StatusCode != http.StatusOK || !strings.Contains(parsed(t, body).Find(".kpis").Text(), "9.1%") {
		t.Errorf("status %d: %s", response.StatusCode, parsed(t, body).Find(".kpis").Text())
	}
	if got := titles(b, "/notices"); len(got) != 0 {
		t.Errorf("after it was opened: %q", got)
	}
	var reply alerts.AlertsJSON
	_, body = b.get("/api/v1/alerts")
	if err := json.Unmarshal([]byte(body), &reply); err != nil || len(reply.Alerts) != 1 || strings.Join(reply.Alerts[0].Crossed, " ") != suzhou || len(reply.Figures) < 10 {
		t.Errorf("%s, %v", body, err)
	}
	alert := reply.Alerts[0].ID
	if response, _ := other.post("/alerts/state", "alert", alert, "state", "dropped"); response.StatusCode != http.StatusNotFound {
		t.Errorf("another drops it: status %d", response.StatusCode)
	}
	for _, state := range []string{"gone", "paused", "active", "dropped"} {
		want := map[bool]int{true: http.StatusNotFound, false: http.StatusSeeOther}[state == "gone"]
		if response, _ := b.post("/alerts/state", "alert", alert, "state", state); response.StatusCode != want {
			t.Errorf("%s: status %d", state, response.StatusCode)
		}
	}
	if kept, err := o.q.Alerts(t.Context(), "sz-inspector"); err != nil || len(kept) != 0 {
		t.Errorf("%+v, %v", kept, err)
	}
}

func TestWhatAnAlertFoundIsNotShownToWhoMayNotSeeItAnyMore(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("sz-inspector")
	b.get("/alerts")
	b.post("/alerts/create", alertFields()...)
	o.round()
	if got := titles(b, "/notices"); len(got) != 1 {
		t.Fatalf("told %q", got)
	}
	reader := func(role access.Role, region string) queries.NoticeReader {
		p := access.New(access.Grant{Account: "sz-inspector", Roles: []access.Role{role}, Regions: []string{region}})
		return kit.NoticeReader(p, p.Scope(access.IssuesRead))
	}
	for _, c := range []struct {
		role   access.Role
		region string
		want   int
	}{{access.Inspector, suzhou, 1}, {access.Inspector, "320000", 1}, {access.Inspector, nanjing, 0}, {access.Inspector, "320505", 0}, {access.Leadership, suzhou, 0}, {access.DataAdmin, suzhou, 0}} {
		rows, err := o.q.Notices(t.Context(), reader(c.role, c.region), false, 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		counts, err := o.q.CountNotices(t.Context(), reader(c.role, c.region))
		told := 0
		for _, row := range rows {
			if row.Kind == string(notice.Alert) {
				told++
			}
		}
		if err != nil || told != c.want || int(counts.Told) != len(rows) {
			t.Errorf("%s of %s: %d alerts of %d notices, counted %+v, %v", c.role, c.region, told, len(rows), counts, err)
		}
		kept, err := o.q.Alerts(t.Context(), "sz-inspector")
		if err != nil || alerts.ShownAlert(access.New(access.Grant{Account: "sz-inspector", Roles: []access.Role{c.role}, Regions: []string{c.region}}), kept[0]) != (c.want == 1) {
			t.Errorf("%s of %s: what was found is shown: %v", c.role, c.region, err)
		}
	}
}
