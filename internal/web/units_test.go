package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gofiber/fiber/v2"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/auth"
	"jianfu/internal/fixture"
	"jianfu/internal/web/kit"
)

// TestTheListOfUnitsInTheSmallWorld goes through the list as its readers do; the figures are worked out in package world.
func TestTheListOfUnitsInTheSmallWorld(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("sz-inspector")
	rows := func(document *goquery.Document) string {
		return strings.Join(document.Find("table[data-table=units] tbody th").Map(func(_ int, s *goquery.Selection) string { return s.Text() }), " ")
	}
	for address, want := range map[string]string{
		"/units?from=2019-05":                                   "吴中餐馆 虎丘软件",
		"/units?from=2019-05&sort=name":                         "虎丘软件 吴中餐馆",
		"/units?from=2019-05&state=full":                        "虎丘软件",
		"/units?from=2019-05&reason=duplicate_charge":           "吴中餐馆",
		"/units?from=2019-05&region=320505":                     "虎丘软件",
		"/units?from=2019-05&q=HQ":                              "虎丘软件",
		"/units?from=2019-05&q=" + strings.ToLower(fixture.D):   "吴中餐馆",
		"/units?from=2019-05&per_page=1&page=2":                 "虎丘软件",
		"/units?from=2019-05&per_page=1&page=900":               "吴中餐馆",
		"/units?from=2019-05&q=" + fixture.A:                    "",
		"/units?from=2019-05&columns=state&columns=old%2Csize":  "吴中餐馆 虎丘软件",
		"/units?from=2019-05&size=large&state=full&q=%E8%BD%AF": "",
	} {
		response, body := b.get(address)
		document := parsed(t, body)
		if got := rows(document); response.StatusCode != http.StatusOK || got != want {
			t.Errorf("%s: status %d, %q, want %q", address, response.StatusCode, got, want)
		}
		if tick := document.Find("[data-tick]"); tick.Length() > 0 && !tick.HasClass("ok") {
			t.Errorf("%s: %s", address, tick.Text())
		}
	}
	for address, want := range map[string]int{"/units?from=2019-05": 1, "/units?from=2019-05&state=full": 1, "/units?from=2019-05&reason=duplicate_charge": 1, "/units?from=2019-05&q=HQ": 0} {
		_, body := b.get(address)
		if got := parsed(t, body).Find("[data-tick].ok").Length(); got != want {
			t.Errorf("%s: %d ticks, want %d", address, got, want)
		}
	}
	_, body := b.get("/units?from=2019-05&size=large&state=full&q=%E8%BD%AF")
	relax := parsed(t, body).Find(".relax a")
	if relax.Length() != 1 || !strings.Contains(relax.Text(), "企业规模") || !strings.Contains(relax.AttrOr("href", ""), "state=full") {
		t.Errorf("what can be let go of is %q", relax.Text())
	}
	_, body = b.get("/units?q=" + fixture.C[:17] + "X")
	if text := parsed(t, body).Find(".said.problem").Text(); !strings.Contains(text, fixture.C[17:]) && !strings.Contains(text, "校验位") {
		t.Errorf("of a wrong check character the page says %q", text)
	}
	if response, _ := b.get("/units?sort=reason"); response.StatusCode != http.StatusBadRequest {
		t.Errorf("sorting by the amount of no reason has status %d", response.StatusCode)
	}
}

// TestAUnitElsewhereIsAnsweredLikeNone: nothing tells a unit outside of the scope from one that nobody has heard of.
func TestAUnitElsewhereIsAnsweredLikeNone(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("sz-inspector")
	stripped := func(body, id string) string {
		document := parsed(t, body)
		document.Find(".request, .watermark, input[name=csrf_token], link[rel=alternate]").Remove()
		return strings.ReplaceAll(document.Text(), id, "")
	}
	for _, path := range []string{"", "/answer", "/records", "/records/2/8"} {
		there, hidden := b.get("/units/" + fixture.A + path)
		nowhere, none := b.get("/units/" + fixture.UnitID(77) + path)
		if there.StatusCode != http.StatusNotFound || nowhere.StatusCode != http.StatusNotFound || stripped(hidden, fixture.A) != stripped(none, fixture.UnitID(77)) {
			t.Errorf("%q: status %d and %d, and\n%s\nagainst\n%s", path, there.StatusCode, nowhere.StatusCode, stripped(hidden, fixture.A), stripped(none, fixture.UnitID(77)))
		}
	}
	for _, address := range []string{"/units/" + fixture.C + "/records/2/8", "/units/" + fixture.C + "/records/2/999", "/units/" + fixture.C + "/records/0/0", "/units/" + fixture.C + "/records/x/y", "/units/x"} {
		if response, _ := b.get(address); response.StatusCode != http.StatusNotFound {
			t.Errorf("%s has status %d", address, response.StatusCode)
		}
	}
	if entries := o.entries(audit.UnitViewed); len(entries) != 0 {
		t.Errorf("units that were not shown stand in the log: %+v", entries)
	}
}

// TestWhoLooksAtAUnitStandsInTheLog: once a view, and records as records.
func TestWhoLooksAtAUnitStandsInTheLog(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("sz-inspector")
	for _, address := range []string{"/units/" + fixture.C, "/units/" + fixture.C + "/answer", "/units/" + fixture.C + "/records", "/units/" + fixture.C + "/records/2/12", "/units"} {
		if response, body := b.get(address); response.StatusCode != http.StatusOK {
			t.Fatalf("%s: status %d: %s", address, response.StatusCode, parsed(t, body).Find(".message").Text())
		}
	}
	units, records := o.entries(audit.UnitViewed), o.entries(audit.RecordViewed)
	if len(units) != 2 || units[0].Object != fixture.C || len(records) != 2 || records[0].Object != "05-C1" || records[0].Details["unit"] != fixture.C {
		t.Errorf("the log has %+v and %+v", units, records)
	}
}

// TestWithoutTheRightToRecordsFewPersonsAreNotShown: a token may have the units and not the records.
func TestWithoutTheRightToRecordsFewPersonsAreNotShown(t *testing.T) {
	o := staffed(t)
	identify := o.server.Identify
	t.Cleanup(func() { o.server.Identify = identify })
	narrow := everything()
	narrow.Principal = narrow.Principal.Narrow([]access.Right{access.FiguresUnit, access.Export}, nil)
	o.server.Identify = func(*fiber.Ctx) (kit.Asker, error) { return narrow, nil }
	b := o.browser()
	for _, address := range []string{"/units", "/api/v1/units", "/units/" + fixture.D, "/api/v1/units/" + fixture.D, "/units/" + fixture.D + "/answer", "/download/units/units.csv"} {
		_, body := b.get(address)
		if strings.HasPrefix(address, "/download/") {
			b.proof = auth.FormProof(narrow.ID)
			_, body = b.post(address, "reason", okReason)
		}
		for _, figure := range []string{"2400.00", "2,400.00", "800.00", "7660.00", "7,660.00", "2000.00", "2,000.00"} {
			if holds(body, figure) {
				t.Errorf("%s shows %s, which is about too few persons", address, figure)
			}
		}
	}
	if response, _ := b.get("/units/" + fixture.D + "/records"); response.StatusCode != http.StatusForbidden {
		t.Errorf("records without the right: status %d", response.StatusCode)
	}
	_, body := b.get("/api/v1/units")
	var list struct {
		Total uint64
		Sums  *struct{}
		Units []struct {
			Suppressed bool
			State      *string
		}
	}
	if err := json.Unmarshal([]byte(body), &list); err != nil || list.Total != 4 || list.Sums != nil || len(list.Units) != 4 {
		t.Errorf("the list is %+v, %v", list, err)
	}
	for _, u := range list.Units {
		if !u.Suppressed || u.State != nil {
			t.Errorf("a unit of a few persons is shown: %+v", u)
		}
	}
}

// TestTheExplanationOfARecordAsByHand: B was charged by the old rate on the old cap.
func TestTheExplanationOfARecordAsByHand(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("nj-inspector")
	_, body := b.get("/units/" + fixture.B + "/records/2/11")
	document := parsed(t, body)
	if document.Find("[data-tick=equal]").Length() != 1 {
		t.Errorf("no tick: %s", document.Find("[data-tick]").Text())
	}
	results := document.Find(".scenario").Map(func(_ int, s *goquery.Selection) string {
		return strings.Join(s.Find(".steps").First().Find(".step-result").Map(text), " ") + " | " + strings.Join(s.Find(".steps").Eq(1).Find(".step-result").Map(text), " ")
	})
	want := []string{
		"20,000.00 15,000 15,000.00 | 20% 3,000 3,000.00",
		"20,000.00 15,000 15,000.00 | 16% 2,400 2,400.00",
		"20,000.00 14,000 14,000.00 | 16% 2,240 2,240.00",
	}
	if !slices.Equal(results, want) {
		t.Errorf("the steps are\n%s\nwant\n%s", strings.Join(results, "\n"), strings.Join(want, "\n"))
	}
	charge := document.Find("table[data-table=charge] tbody tr").Map(func(_ int, s *goquery.Selection) string { return strings.Join(s.Find("td,th").Map(text), " ") })
	if want := []string{"单位 实际应缴额 — 3,000.00 — —", "单位 申报基数 × 申报费率 15,000.00 × 20% 3,000.00 0.00 —", "单位 申报基数 × 政策费率 15,000.00 × 16% 2,400.00 600.00 费率未调整",
		"单位 政策基数 × 政策费率（新政策应缴） 14,000.00 × 16% 2,240.00 160.00 基数高于上限"}; !slices.Equal(charge[:4], want) {
		t.Errorf("the charge is\n%s\nwant\n%s", strings.Join(charge[:4], "\n"), strings.Join(want, "\n"))
	}
	if sources := document.Find(".source").Text(); !strings.Contains(sources, "rates.csv 第 3 行") || !strings.Contains(sources, "文1") || !strings.Contains(sources, "2026-11-01") {
		t.Errorf("the sources are %s", sources)
	}
	_, body = b.get("/units/" + fixture.B + "/answer")
	if answer := parsed(t, body).Find(".answer-sheet").Text(); !strings.Contains(answer, "实际没有减少") || !strings.Contains(answer, "多征 600.00 元") || !strings.Contains(answer, "文2") {
		t.Errorf("the answer is %s", answer)
	}
}

func text(_ int, s *goquery.Selection) string { return s.Text() }
