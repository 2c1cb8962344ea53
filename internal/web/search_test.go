package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"jianfu/internal/access"
	"jianfu/internal/fixture"
	"jianfu/internal/web/search"
)

// TestASearchFindsWhatTheReaderMaySee: every group with its own right and scope.
func TestASearchFindsWhatTheReaderMaySee(t *testing.T) {
	o := staffed(t)
	_, list := o.signedIn("sz-inspector").get("/issues")
	number := strings.TrimSpace(parsed(t, list).Find("td[data-column=number] a").First().Text())
	if number == "" {
		t.Fatal("Suzhou has no issue to look for")
	}
	for _, c := range []struct {
		account, wanted, group string
		want                   []string // addresses; none where the reader may not
	}{
		{"sz-inspector", "虎丘软件", "units", []string{"/units/" + fixture.C}},
		{"sz-inspector", "hqrj", "units", []string{"/units/" + fixture.C}},
		{"sz-inspector", fixture.C, "units", []string{"/units/" + fixture.C}},
		{"sz-inspector", "玄武机械厂", "units", nil},
		{"sz-inspector", fixture.A, "units", nil},
		{"sz-leadership", "虎丘软件", "units", nil},
		{"sz-inspector", "虎丘", "regions", []string{"/regions/320505"}},
		{"sz-leadership", "苏州", "regions", []string{"/regions/320500", "/regions/320571"}}, // and its industrial park
		{"sz-inspector", "玄武", "regions", nil},
		{"sz-inspector", "江苏", "regions", nil},
		{"sz-data_admin", "苏州", "regions", nil},
		{"sz-inspector", number, "issues", []string{"/issues/" + number}},
		{"nj-inspector", number, "issues", nil},
		{"sz-data_admin", number, "issues", nil},
		{"sz-inspector", "台账", "pages", []string{"/issues"}},
		{"sz-inspector", "推演", "pages", []string{"/policy/what-if"}},
		{"sz-data_admin", "总览", "pages", nil},
		{"sz-data_admin", "本单位的设置", "docs", []string{"/docs/operations#本单位的设置", "/docs/commands"}},
	} {
		b := o.signedIn(c.account)
		response, page := b.get("/search?q=" + url.QueryEscape(c.wanted))
		var found []string
		parsed(t, page).Find("[data-found=" + c.group + "] li a").Each(func(_ int, a *goquery.Selection) {
			address, err := url.PathUnescape(a.AttrOr("href", ""))
			if err != nil {
				t.Error(err)
			}
			found = append(found, address)
		})
		if response.StatusCode != http.StatusOK || !slices.Equal(found, c.want) {
			t.Errorf("%s looks for %s: status %d, %s are %v, want %v", c.account, c.wanted, response.StatusCode, c.group, found, c.want)
		}
	}
	b := o.signedIn("sz-inspector")
	if response, _ := b.get("/search?q=" + strings.Repeat("a", search.LongestSearch+1)); response.StatusCode != http.StatusBadRequest {
		t.Errorf("a long text: status %d", response.StatusCode)
	}
	if _, page := b.get("/search?q=" + url.QueryEscape("没有这样的东西")); parsed(t, page).Find(".empty-rows").Length() != 1 {
		t.Error("nothing found is not said")
	}
}

// TestTheSearchAndTheDocumentationAreOnEveryPage looks at a page of each role, and at the sign-in page.
func TestTheSearchAndTheDocumentationAreOnEveryPage(t *testing.T) {
	o := staffed(t)
	for _, role := range access.Roles {
		b := o.signedIn("sz-" + string(role))
		_, page := b.get("/account")
		if document := parsed(t, page); document.Find("form.bar-search input[name=q]").Length() != 1 || document.Find(`a.docs-link[href="/docs"]`).Length() != 1 {
			t.Errorf("%s: the bar has no search or no documentation", role)
		}
	}
	b := o.browser()
	_, page := b.get("/login?lang=en")
	if document := parsed(t, page); document.Find("form.bar-search").Length() != 0 || document.Find(`a.docs-link[href="/docs?lang=en"]`).Length() != 1 {
		t.Error("the sign-in page should lead to the documentation and have no search")
	}
	for address, want := range map[string]int{"/docs": 200, "/docs/policy-packs?lang=en": 200, "/docs/none": 404, "/docs/..%2fdocs": 404} {
		if response, _ := b.get(address); response.StatusCode != want {
			t.Errorf("%s: status %d, want %d", address, response.StatusCode, want)
		}
	}
}
