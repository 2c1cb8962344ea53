package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"jianfu/internal/access"
	"jianfu/internal/auth"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/money"
)

// inspectorOf is an office with one of the cases under testdata/cases, and an inspector of some regions in it.
func inspectorOf(t *testing.T, name string, regions ...string) (*office, *browser) {
	t.Helper()
	if testing.Short() {
		t.Skip("takes an engine")
	}
	o := openOffice(t, fixture.ComputedCase(t, name), nil)
	n := auth.NewAccount{Account: "inspector", Name: "某人", Roles: []access.Role{access.Inspector}, Regions: regions, Password: secret}
	if _, err := o.accounts.Create(t.Context(), access.CommandLine("test"), n); err != nil {
		t.Fatal(err)
	}
	return o, o.signedIn("inspector")
}

const movedUnit = "91320102000000008T" // 320102 in May, 150.00 too much; 320205 from June, 240.00

// opened are the issues of the unit that moved, as county and amount.
func opened(t *testing.T, o *office) string {
	t.Helper()
	issues, err := o.q.IssuesOfUnits(t.Context(), filter.Everything(), []string{movedUnit})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, i := range issues {
		all = append(all, i.Region+" "+i.Found.String())
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// Each row of a unit in two counties is a case of its own: its box, its button, its evidence and its issue.
func TestTheCasesOfAUnitThatMovedAreToldApart(t *testing.T) {
	const one, other = "320102 150.00", "320205 240.00"
	boxes := func(b *browser) (values []string) {
		_, body := b.get("/cases?sort=shortfall")
		parsed(t, body).Find("table[data-table=cases] input[name=unit]").Each(func(_ int, box *goquery.Selection) {
			values = append(values, box.AttrOr("value", ""))
		})
		return values
	}
	for name, c := range map[string]struct {
		open func(o *office, b *browser)
		want string
	}{
		"the first row": {func(_ *office, b *browser) { confirmedAll(b, "/cases/issues", "unit", boxes(b)[0]) }, one},
		"the other row": {func(_ *office, b *browser) { confirmedAll(b, "/cases/issues", "unit", boxes(b)[1]) }, other},
		"both rows": {func(_ *office, b *browser) {
			confirmedAll(b, "/cases/issues", "unit", boxes(b)[0], "unit", boxes(b)[1])
		}, one + ", " + other},
		"all": {func(_ *office, b *browser) { b.get("/cases"); confirmedAll(b, "/cases/issues", "all", "yes") }, one + ", " + other},
		"the buttons of the unit's page": {func(_ *office, b *browser) {
			_, body := b.get("/units/" + movedUnit)
			parsed(t, body).Find(".case-do form").Each(func(_ int, form *goquery.Selection) {
				confirmedAll(b, form.AttrOr("action", ""), "unit", form.Find("input[name=unit]").AttrOr("value", ""))
			})
		}, one + ", " + other},
	} {
		o, b := inspectorOf(t, "sum-04-moved-unit-second-county", "320100", "320200")
		if c.open(o, b); opened(t, o) != c.want {
			t.Errorf("%s: the issues are %q, want %q", name, opened(t, o), c.want)
		}
		if name == "the other row" {
			evidenceByCounty(t, b)
			rowsAreToldApart(t, b)
		}
	}
}

// confirmedAll sends what chooses cases, and then the form of the page that asks whether their issues are to be registered.
func confirmedAll(b *browser, address string, fields ...string) {
	b.o.t.Helper()
	response, body := b.post(address, fields...)
	form := parsed(b.o.t, body).Find("form[action^='/cases/issues']").Last()
	if response.StatusCode != http.StatusOK || form.Find("input[name=confirmed]").Length() != 1 {
		b.o.t.Fatalf("%s %v: status %d, and no question", address, fields, response.StatusCode)
	}
	var answers []string
	form.Find("input[name]").Each(func(_ int, input *goquery.Selection) {
		answers = append(answers, input.AttrOr("name", ""), input.AttrOr("value", ""))
	})
	b.post(form.AttrOr("action", ""), answers...)
}

// evidenceByCounty asks for the evidence of each county, by the addresses of the unit's page too.
func evidenceByCounty(t *testing.T, b *browser) {
	t.Helper()
	shortfall := func(address string) string {
		_, raw := b.take(address)
		var found struct {
			Shortfall string `json:"shortfall"`
		}
		if err := json.Unmarshal([]byte(packed(t, raw)["data/case.json"]), &found); err != nil {
			t.Fatal(err)
		}
		return found.Shortfall
	}
	at := "/download/cases/" + movedUnit + "/evidence"
	for address, want := range map[string]string{at: "240.00", at + "?region=320102": "150.00", at + "?region=320205": "240.00", at + "?region=320100": "150.00"} {
		if got := shortfall(address); got != want {
			t.Errorf("%s: the shortfall is %s, want %s", address, got, want)
		}
	}
	if response, _ := b.take(at + "?region=320104"); response.StatusCode != http.StatusNotFound {
		t.Errorf("a county in which it never stood: status %d", response.StatusCode)
	}
	_, body := b.get("/units/" + movedUnit)
	var got []string
	parsed(t, body).Find(".case-do a.download-evidence").Each(func(_ int, link *goquery.Selection) {
		got = append(got, shortfall(link.AttrOr("href", "")))
	})
	if slices.Sort(got); strings.Join(got, " ") != "150.00 240.00" {
		t.Errorf("the unit's page leads to the evidence of %v", got)
	}
}

// rowsAreToldApart: the issue of one county is shown at its row, and the other row still has none.
func rowsAreToldApart(t *testing.T, b *browser) {
	t.Helper()
	for address, want := range map[string]string{"?issue=open": "320205", "?issue=none": "320102"} {
		_, body := b.get("/api/v1/cases" + address)
		var reply struct {
			Cases []struct {
				Region string `json:"region_code"`
				Issues []struct {
					Number string `json:"number"`
				} `json:"issues"`
			} `json:"cases"`
		}
		if err := json.Unmarshal([]byte(body), &reply); err != nil || len(reply.Cases) != 1 || reply.Cases[0].Region != want ||
			(len(reply.Cases[0].Issues) > 0) != (address == "?issue=open") {
			t.Errorf("%s: %+v, %v", address, reply, err)
		}
	}
}

// Months add up to the total that stands beside them: in the table, in its files and as JSON, whatever the window.
func TestMonthsAddUpToTheirTotal(t *testing.T) {
	_, b := inspectorOf(t, "sum-01-months-table-total", "320000")
	const window = "from=2019-06&to=2019-07"
	for _, at := range []string{"/download/overview/months.csv?", "/download/regions/months.csv?region=320000&", "/download/sizes/months.csv?size=small&",
		"/download/industries/months.csv?industry=C&", "/download/unit/913201020000000015/months.csv?"} {
		response, body := b.take(at + window)
		if rows := strings.Count(body, "\n2019-") + strings.Count(body, "\n2019年"); response.StatusCode != http.StatusOK || rows != 2 || strings.Contains(body, "2019年5月,") {
			t.Errorf("%s: status %d, %d months\n%s", at, response.StatusCode, rows, body)
		}
	}
	for _, at := range []string{"/api/v1/overview", "/api/v1/regions/320000", "/api/v1/units/913201020000000015"} {
		_, body := b.get(at + "?" + window)
		type part struct {
			Period string    `json:"period"`
			Old    money.Fen `json:"old"`
		}
		var reply struct {
			ByPeriod []part `json:"by_period"`
			Others   []part `json:"other_periods"`
			Total    part   `json:"total"`
		}
		if err := json.Unmarshal([]byte(body), &reply); err != nil {
			t.Errorf("%s: %v\n%s", at, err, body)
			continue
		}
		sum := money.Fen(0)
		for _, m := range reply.ByPeriod {
			sum += m.Old
		}
		if sum != 1520_00 || reply.Total.Old != sum || len(reply.ByPeriod) != 2 || len(reply.Others) != 2 {
			t.Errorf("%s: %+v", at, reply)
		}
	}
	_, body := b.get("/?" + window)
	months := parsed(t, body).Find("table[data-table=months]")
	if rows := months.Find("tbody tr").Length(); rows != 2 {
		t.Errorf("the page's table has %d months", rows)
	}
}

// The foot of every page counts what is uncovered in the comparison that it shows.
func TestTheStampCountsTheComparisonShown(t *testing.T) {
	_, b := inspectorOf(t, "sum-05-uncovered-of-any-comparison", "320000")
	for comparison, want := range map[string][2]uint64{"vs-april": {2, 0}, "vs-lapsed": {1, 1}} {
		for _, at := range []string{"/api/v1/overview", "/api/v1/units", "/api/v1/units/91320102000000003B"} {
			_, body := b.get(at + "?comparison=" + comparison)
			var reply struct {
				Stamp struct {
					Records   uint64 `json:"records"`
					Uncovered uint64 `json:"uncovered"`
				} `json:"stamp"`
			}
			if err := json.Unmarshal([]byte(body), &reply); err != nil || reply.Stamp.Records != want[0] || reply.Stamp.Uncovered != want[1] {
				t.Errorf("%s, %s: %+v, %v", comparison, at, reply.Stamp, err)
			}
		}
	}
}

// What a unit is registered in has a page and a name, whichever edition of the codes it is of, and leads to what the county was
// before or is now.
func TestACountyThatChangedItsCodeHasAPageUnderEachOfThem(t *testing.T) {
	_, b := inspectorOf(t, "12-region-changed", "320000")
	for code, want := range map[string]struct{ name, other string }{
		"320614": {"海门区", "/regions/320684"}, "320684": {"海门市", "/regions/320614"}, "320611": {"港闸区", "/regions/320613"}, "320613": {"崇川区", "/regions/320602"},
		"320612": {"通州区", ""}, "320699": {"320699", ""},
	} {
		response, body := b.get("/regions/" + code)
		page := parsed(t, body)
		if response.StatusCode != http.StatusOK || !strings.Contains(page.Find("h1").Text(), want.name) {
			t.Errorf("%s: status %d, %s", code, response.StatusCode, page.Find("h1").Text())
		}
		change := page.Find("[data-changed] a").First().AttrOr("href", "")
		if path, _, _ := strings.Cut(change, "?"); path != want.other {
			t.Errorf("%s leads to %q, want %q", code, change, want.other)
		}
	}
	for _, code := range []string{"32061", "3206AB", "329900"} {
		if response, _ := b.get("/regions/" + code); response.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d", code, response.StatusCode)
		}
	}
	_, body := b.get("/issues/new")
	for _, code := range []string{"320614", "320684"} {
		if parsed(t, body).Find("option[value='"+code+"']").Length() == 0 {
			t.Errorf("the form of an issue does not offer %s", code)
		}
	}
}
