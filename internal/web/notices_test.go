package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"jianfu/internal/audit"
	"jianfu/internal/notice"
	"jianfu/internal/web/kit"
)

// noticesOf is what a page of notices lists, as "kind number", and what the bell says.
func noticesOf(b *browser, address string) (listed []string, bell string) {
	b.o.t.Helper()
	response, body := b.get(address)
	if response.StatusCode != http.StatusOK {
		b.o.t.Fatalf("%s: status %d", address, response.StatusCode)
	}
	page := parsed(b.o.t, body)
	page.Find(".notice-list li").Each(func(_ int, li *goquery.Selection) {
		class, _ := li.Find(".notice-kind").Attr("class")
		listed = append(listed, strings.TrimPrefix(class, "notice-kind ")+" "+li.Find(".number").Text())
	})
	count := page.Find(".bell .unread-count")
	count.Find(".sr").Remove()
	return listed, count.Text()
}

// The staffed office was reminded on 20 January 2020, the last of the three working days that a complaint may take.
func TestNoticesAreEverybodysOwn(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("sz-inspector")
	listed, bell := noticesOf(b, "/notices")
	if !slices.Equal(listed, []string{"due_today " + suzhouIssue}) || bell != "1" {
		t.Fatalf("listed %v, the bell says %q", listed, bell)
	}
	for _, other := range []string{"sz-leadership", "nj-leadership"} {
		if listed, bell := noticesOf(o.signedIn(other), "/notices"); len(listed) != 0 || bell != "" {
			t.Errorf("%s: listed %v, the bell says %q", other, listed, bell)
		}
	}
	_, body := b.get("/notices")
	id, _ := parsed(t, body).Find(".notice-list input[name=notice]").Attr("value")
	nanjing := o.signedIn("nj-inspector")
	nanjing.get("/notices")
	if response, _ := nanjing.post("/notices/read", "notice", id); response.StatusCode != http.StatusSeeOther {
		t.Errorf("status %d", response.StatusCode)
	}
	if listed, _ := noticesOf(b, "/notices"); len(listed) != 1 {
		t.Error("another has read it away")
	}
	response, _ := b.post("/notices/open", "notice", id, "number", suzhouIssue)
	if at := response.Header.Get("Location"); response.StatusCode != http.StatusSeeOther || at != "/issues/"+suzhouIssue {
		t.Errorf("status %d, to %s", response.StatusCode, at)
	}
	if listed, bell := noticesOf(b, "/notices"); len(listed) != 0 || bell != "" {
		t.Errorf("after it was read: listed %v, the bell says %q", listed, bell)
	}
	if listed, _ := noticesOf(b, "/notices?show=all"); len(listed) != 1 {
		t.Errorf("all of them: %v", listed)
	}
	_, body = b.get("/notices?show=all&page=2")
	if json, _ := parsed(t, body).Find("link[rel=alternate]").Attr("href"); json != "/api/v1/notices?page=2&show=all" {
		t.Errorf("the page's JSON is %s", json)
	}
	for _, wrong := range [][2]string{{"x", suzhouIssue}, {id, "//evil.example"}, {id, ""}} {
		if response, _ := b.post("/notices/open", "notice", wrong[0], "number", wrong[1]); response.StatusCode != http.StatusBadRequest {
			t.Errorf("%v: status %d", wrong, response.StatusCode)
		}
	}
	if response, _ := o.signedIn("sz-data_admin").get("/notices"); response.StatusCode != http.StatusForbidden {
		t.Errorf("who has no issues: status %d", response.StatusCode)
	}
	o.remind("2020-01-22 10:00") // two working days later the city is told, and not again
	if listed, _ := noticesOf(o.signedIn("sz-leadership"), "/notices"); !slices.Equal(listed, []string{"supervise " + suzhouIssue}) {
		t.Errorf("the city is told %v", listed)
	}
}

func TestMailIsWhereItsReaderWantsIt(t *testing.T) {
	o := staffed(t)
	o.server = o.serving(func(c *kit.Config) {
		c.Reminders = notice.Options{Mail: &notice.Mail{Domains: []string{"tax.example"}}}
	})
	b := o.signedIn("sz-inspector")
	b.get("/notices")
	for _, address := range []string{"wang", "wang@elsewhere.example"} {
		response, body := b.post("/notices/settings", "mail", address, "kind", "overdue")
		page := parsed(t, body)
		if typed, _ := page.Find("#mail").Attr("value"); response.StatusCode != http.StatusUnprocessableEntity || typed != address || page.Find("main .said.problem").Length() != 1 {
			t.Errorf("%s: status %d, %q", address, response.StatusCode, typed)
		}
	}
	if response, _ := b.post("/notices/settings", "mail", " wang@tax.example", "kind", "overdue", "kind", "no_such_kind", "kind", "assigned"); response.StatusCode != http.StatusSeeOther {
		t.Errorf("status %d", response.StatusCode)
	}
	settings, err := o.q.NoticeSettings(t.Context(), "sz-inspector")
	if err != nil || len(settings) != 1 || settings[0].Mail != "wang@tax.example" || !slices.Equal(settings[0].Kinds, []string{"assigned", "overdue"}) || settings[0].Language != "zh" {
		t.Errorf("%+v, %v", settings, err)
	}
	if entries := o.entries(audit.SettingsChanged); len(entries) != 1 || entries[0].Details["kinds"] != "assigned overdue" {
		t.Errorf("%+v", entries)
	}
	_, body := b.get("/notices")
	if checked := parsed(t, body).Find("input[name=kind][checked]"); checked.Length() != 2 {
		t.Errorf("%d kinds are checked", checked.Length())
	}
}

// What the calendar says was worked out by hand from the notices of the State Council, as in internal/workday.
func TestTheCalendarShowsEachDayForWhatItIs(t *testing.T) {
	s := serving(t, nil)
	response, body := get(t, s, "/admin/calendar?year=2019")
	page := parsed(t, body)
	if response.StatusCode != http.StatusOK || page.Find(".month").Length() != 12 {
		t.Fatalf("status %d, %d months", response.StatusCode, page.Find(".month").Length())
	}
	marked := func(month int, class string) string {
		var days []string
		page.Find(".month").Eq(month - 1).Find(".day." + class).Each(func(_ int, day *goquery.Selection) {
			day.Find(".sr").Remove()
			days = append(days, day.Text())
		})
		return strings.Join(days, " ")
	}
	for _, c := range []struct {
		month      int
		class, day string
	}{{5, "off", "1 2 3 4"}, {5, "work", "5"}, {4, "work", "28"}, {10, "off", "1 2 3 4 5 6 7"}, {10, "work", "12"}, {9, "weekend", "1 7 8 14 15 21 22 28"}} {
		if got := marked(c.month, c.class); got != c.day {
			t.Errorf("month %d, %s: %s, want %s", c.month, c.class, got, c.day)
		}
	}
	if lead := page.Find("#year-title + .lead").Text(); !strings.Contains(lead, "工作日 250 天") {
		t.Errorf("%s", lead)
	}
	if current := page.Find(".years a[aria-current]").Text(); current != "2019" {
		t.Errorf("the year is %s", current)
	}
	_, body = get(t, s, "/admin/calendar")
	if today := parsed(t, body).Find(".day.today"); today.Length() != 1 || !strings.HasPrefix(today.Text(), "16") {
		t.Errorf("today is %q", today.Text())
	}
	for _, year := range []string{"2017", "x", "2019x"} {
		if response, _ := get(t, s, "/admin/calendar?year="+year); response.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d", year, response.StatusCode)
		}
	}
}
