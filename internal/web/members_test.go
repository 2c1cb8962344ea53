package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"jianfu/internal/access"
	"jianfu/internal/auth"
)

// provincial is an office whose leader and inspector see all of the small world.
func provincial(t *testing.T) *office {
	t.Helper()
	o := staffed(t)
	for _, role := range []access.Role{access.Leadership, access.Inspector} {
		n := auth.NewAccount{Account: "js-" + string(role), Name: "js某人", Roles: []access.Role{role}, Regions: []string{"320000"}, Password: secret}
		if _, err := o.accounts.Create(t.Context(), access.CommandLine("test"), n); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// data are the values of the marked figures below a selection.
func data(s *goquery.Selection) []string {
	return s.Find("data[value]").Map(func(_ int, d *goquery.Selection) string { return d.AttrOr("value", "") })
}

func TestAMembersPageStandsBesideItsLikeAndItsWhole(t *testing.T) {
	b := provincial(t).signedIn("js-inspector")
	response, body := b.get("/regions/320100?from=2019-05&to=2019-05&rank=overcharged&cell=due&cross=region-industry")
	if response.StatusCode != http.StatusOK {
		t.Fatalf("status %d: %s", response.StatusCode, body)
	}
	page := parsed(t, body)
	if got := page.Find("h1").Text(); got != "南京市社会保险费负担变化2019年5月" {
		t.Errorf("the title is %q", got)
	}
	if got := page.Find(".crumbs li").Map(func(_ int, s *goquery.Selection) string { return s.Text() }); !slices.Equal(got, []string{"全部", "江苏省", "南京市"}) {
		t.Errorf("the breadcrumb is %q", got)
	}
	if got, _ := page.Find("nav.pages [aria-current]").Attr("href"); !strings.HasPrefix(got, "/regions?") {
		t.Errorf("the bar leads to %q", got)
	}
	// package world: Nanjing old 5100, new 3940, charged 4700; Suzhou 2600, 2160, 2960; the whole 7700, 6100, 7660
	if got := page.Find(".standing").Text(); got != "落实率比江苏省（27.5%）高 7.0 个百分点，2 个市中第 1 位；应减占江苏省 72.5%，多征占 48.7%。" {
		t.Errorf("the sentence is %q", got)
	}
	for id, want := range map[string]string{
		"rate": "2 个市中第 1 位", "due": "2 个市中第 1 位", "real": "2 个市中第 1 位",
		"overcharged": "2 个市中第 2 位", "undercharged": "涉及 0 户", "units": "",
	} {
		if got := page.Find("[data-kpi=" + id + "] .kpi-note").Last().Text(); got != want {
			t.Errorf("the card %s says %q, want %q", id, got, want)
		}
	}
	ranking := page.Find("table[data-table=ranking] tbody tr").Map(func(_ int, row *goquery.Selection) string {
		return row.Find("th").Text() + " " + row.Find("[data-column=place]").Text() + " " + row.Find("[data-column=overcharged] data").AttrOr("value", "") + " " + row.Find("th a").AttrOr("href", "")
	})
	if want := []string{"苏州市 1 800.00 /regions/320500", "南京市 2 760.00 "}; !slices.Equal(ranking, want) {
		t.Errorf("the ranking is %q", ranking)
	}
	if got := page.Find("#ranking .choices [aria-current]").Text(); got != "多征" {
		t.Errorf("ranked by %q", got)
	}
	heat := page.Find("table.heat")
	if got := data(heat.Find("tbody")); fmt.Sprint(got) != "[760.00 760.00 400.00 400.00]" {
		t.Errorf("the cells are %v", got)
	}
	if got := data(heat.Find("tfoot")); fmt.Sprint(got) != "[760.00 400.00 1160.00]" {
		t.Errorf("the sums of the columns are %v", got)
	}
	if page.Find("#cross .sums.ok").Length() != 1 || page.Find(".sums.wrong").Length() != 0 {
		t.Error("the cells do not add up")
	}
	if got := heat.Find("tbody tr").First().Find("td a").First().AttrOr("href", ""); got != "/regions/320104?industry=F" {
		t.Errorf("a cell leads to %q", got)
	}
	if got := page.Find(".to-units a").AttrOr("href", ""); !strings.HasPrefix(got, "/units?") || !strings.Contains(got, "region=320100") {
		t.Errorf("the units are at %q", got)
	}
	if got := page.Find("form.filters input[type=hidden]").Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("name", "") }); !slices.Equal(got, []string{"rank", "cell"}) {
		t.Errorf("the form keeps %q", got)
	}
}

func TestACountyHasNoMapAndASizeNoSizes(t *testing.T) {
	b := provincial(t).signedIn("js-inspector")
	for address, c := range map[string]struct{ has, lacks string }{
		"/regions/320104": {"table[data-table=industries], table[data-table=sizes], .to-units a", "[data-chart=map], table[data-table=regions]"},
		"/sizes/small":    {"table[data-table=regions], table[data-table=industries], table[data-table=ranking]", "table[data-table=sizes]"},
		"/sizes":          {"table[data-table=ranking], table[data-table=sizes]", ".standing"},
		"/regions":        {"table[data-table=ranking], [data-chart=map], table.heat", ".standing"},
		"/industries":     {"table[data-table=ranking], table.heat", ".standing"},
		"/industries/H":   {"table[data-table=ranking], table.heat, .standing", ".empty-rows"},
		"/industries/-":   {".empty-rows a.button", "[data-kpi]"},
		"/sizes/unknown":  {".empty-rows a.button", "[data-kpi]"},
	} {
		response, body := b.get(address)
		page := parsed(t, body)
		if response.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", address, response.StatusCode)
		}
		for selector := range strings.SplitSeq(c.has, ", ") {
			if page.Find(selector).Length() == 0 {
				t.Errorf("%s has no %s", address, selector)
			}
		}
		if page.Find(c.lacks).Length() != 0 {
			t.Errorf("%s has %s", address, c.lacks)
		}
	}
}

func TestAddressesOfNoMemberAreRefusedInWords(t *testing.T) {
	o := provincial(t)
	b, city := o.signedIn("js-inspector"), o.signedIn("sz-inspector")
	for address, c := range map[string]struct {
		from   *browser
		status int
		words  string
	}{
		"/regions/329999":                         {b, 404, "329999"},
		"/regions/abc":                            {b, 404, "GB/T 2260"},
		"/industries/Z9":                          {b, 404, "GB/T 4754"},
		"/sizes/huge":                             {b, 404, "huge"},
		"/regions/320104?cross=region-size":       {b, 400, "industry-size"},
		"/regions?rank=height":                    {b, 400, "height"},
		"/regions?cell=x":                         {b, 400, "rate"},
		"/regions/320100":                         {city, 403, "地区"},
		"/regions/320000":                         {city, 403, "地区"},
		"/industries/H?region=320100":             {city, 403, "地区"},
		"/regions/110101":                         {b, 403, "地区"},
		"/api/v1/regions/329999":                  {b, 404, "members_unknown_region"},
		"/api/v1/sizes/huge":                      {b, 404, "members_unknown_size"},
		"/api/v1/regions/320100?region=320100":    {b, 400, "region"},
		"/download/sizes/nothing.csv?reason=对账用数": {b, 404, ""},
	} {
		response, body := c.from.get(address)
		if response.StatusCode != c.status || !strings.Contains(body, c.words) {
			t.Errorf("%s: status %d, want %d, with %q", address, response.StatusCode, c.status, c.words)
		}
	}
	if response, body := b.get("/industries/h"); response.StatusCode != http.StatusOK || !strings.Contains(body, "住宿和餐饮业") {
		t.Errorf("a code in small letters: status %d", response.StatusCode)
	}
}

// TestAMembersNumbersAgreeAlongTheWay goes from the province over a city and a county to an industry of it, in JSON.
func TestAMembersNumbersAgreeAlongTheWay(t *testing.T) {
	b := provincial(t).signedIn("js-inspector")
	type figures struct {
		Key, Old, Charged string
		Units             *int
	}
	var page struct {
		Member   string
		Total    figures
		Parent   *figures
		Siblings []struct {
			figures
			Place int
		}
		ByRegion   []figures `json:"by_region"`
		ByIndustry []figures `json:"by_industry"`
		Cross      *struct {
			Rows, Columns string
			Cells         []struct{ Row, Column, Old, Charged string }
		}
		Months []struct{ Key, Old string } `json:"by_member_and_period"`
	}
	read := func(address string) {
		t.Helper()
		response, body := b.get("/api/v1" + address)
		if response.StatusCode != http.StatusOK {
			t.Fatalf("%s: status %d: %s", address, response.StatusCode, body)
		}
		page.Parent, page.Cross = nil, nil
		page.Siblings, page.ByRegion, page.ByIndustry, page.Months = nil, nil, nil, nil
		if err := json.Unmarshal([]byte(body), &page); err != nil {
			t.Fatalf("%s: %v: %s", address, err, body)
		}
	}
	of := func(rows []figures, key string) figures {
		for _, r := range rows {
			if r.Key == key {
				return r
			}
		}
		return figures{}
	}
	same := func(a, b figures) bool { return a.Old == b.Old && a.Charged == b.Charged && a.Old != "" }
	read("/regions/320000?payer=both")
	whole, city := page.Total, of(page.ByRegion, "320500")
	read("/regions/320500?payer=both")
	if !same(page.Total, city) || page.Parent == nil || !same(*page.Parent, whole) || page.Member != "320500" || len(page.Siblings) != 2 {
		t.Errorf("the city says %+v, want %+v of %+v; %d siblings", page.Total, city, whole, len(page.Siblings))
	}
	sum := 0
	for _, m := range page.Months {
		sum += fenOf(t, m.Old)
	}
	if sum != fenOf(t, page.Total.Old) {
		t.Errorf("the months of the counties come to %d, want %s", sum, page.Total.Old)
	}
	city, county := page.Total, of(page.ByRegion, "320506")
	var cell figures
	for _, c := range page.Cross.Cells {
		if c.Row == "H" && c.Column == "320506" {
			cell = figures{Old: c.Old, Charged: c.Charged}
		}
	}
	read("/regions/320506?payer=both")
	industry := of(page.ByIndustry, "H")
	if !same(page.Total, county) || !same(*page.Parent, city) {
		t.Errorf("the county says %+v, want %+v", page.Total, county)
	}
	read("/industries/H?region=320506&payer=both")
	if !same(page.Total, industry) || !same(page.Total, cell) {
		t.Errorf("the industry of the county says %+v, its row said %+v, the cell %+v", page.Total, industry, cell)
	}
	read("/sizes/small?region=320506&payer=both&rank=real")
	if !same(page.Total, county) || len(page.Siblings) != 1 || page.Siblings[0].Place != 1 {
		t.Errorf("the size of the county says %+v, want %+v; %+v", page.Total, county, page.Siblings)
	}
}

// fenOf reads an amount of the JSON in fen.
func fenOf(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.Replace(text, ".", "", 1))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestMembersPagesShowNothingAboutTooFew: Suzhou has three persons, one in Huqiu and two in Wuzhong, in one industry and
// size each, and so its crossings hide every cell.
func TestMembersPagesShowNothingAboutTooFew(t *testing.T) {
	b := provincial(t).signedIn("sz-leadership")
	for _, address := range []string{"/regions", "/regions/320500", "/industries?cross=industry-size&cell=due", "/sizes?cross=region-size&cell=overcharged",
		"/regions/320505", "/regions/320506", "/industries/H", "/industries/I", "/sizes/micro", "/sizes/small", "/industries/H?region=320506"} {
		for _, address := range []string{address, "/api/v1" + strings.NewReplacer("&cell=due", "", "&cell=overcharged", "").Replace(address)} {
			separator := map[bool]string{true: "&", false: "?"}[strings.Contains(address, "?")]
			response, body := b.get(address + separator + "from=2019-05&to=2019-05")
			if response.StatusCode != http.StatusOK {
				t.Errorf("%s: status %d", address, response.StatusCode)
			}
			for _, figure := range []string{"600.00", "560.00", "2000.00", "2400.00", "2,000.00", "2,400.00", "1600.00"} {
				if holds(body, figure) {
					t.Errorf("%s shows %s, which is about too few persons", address, figure)
				}
			}
		}
	}
	_, body := b.get("/regions?from=2019-05&to=2019-05&cell=due")
	page := parsed(t, body)
	if cells := page.Find("table.heat tbody td.heat-cell:not(.sum)").FilterFunction(func(_ int, s *goquery.Selection) bool { return strings.TrimSpace(s.Text()) == "*" }); cells.Length() != 4 { // whether there is anybody in the other two does not show either
		t.Errorf("%d cells bear the mark", cells.Length())
	}
	if page.Find("table.heat tbody a, table[data-table=ranking] tbody td a").Length() != 0 || page.Find("#cross .sums").Length() != 0 {
		t.Error("a hidden cell leads somewhere, or something is said about their sum")
	}
}
