package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"jianfu/internal/access"
	"jianfu/internal/audit"
	"jianfu/internal/fixture"
	"jianfu/internal/ledger"
	"jianfu/internal/money"
	"jianfu/queries"
)

// ledgerJSON is what the JSON of a list of issues tells of units.
type ledgerJSON struct {
	Total  uint64
	Sums   struct{ Found, Outstanding money.Fen }
	Issues []issueLine
}

type issueLine struct {
	Number, Title, Industry, Size, Severity string
	Suppressed                              bool
	Clock                                   *struct{ Due string }
	UnitID                                  string `json:"unit_id"`
	Found, Outstanding                      money.Fen
}

// TestIssuesAboutFewPersonsDoNotSayWhoIsMeant: Wuzhong's restaurant has two persons, of whom one was charged twice, and
// what is outstanding is what he pays. Who may not see records learns where and by whom that is dealt with, and neither the
// unit nor the amount: on no page, by no filter, order, sum or word.
func TestIssuesAboutFewPersonsDoNotSayWhoIsMeant(t *testing.T) {
	o := staffed(t)
	inspector, leader := o.signedIn("sz-inspector"), o.signedIn("sz-leadership")
	list := func(b *browser, query string) (reply ledgerJSON) {
		t.Helper()
		response, body := b.get("/api/v1/issues?" + query)
		if response.StatusCode != http.StatusOK {
			t.Fatalf("%s: status %d: %s", query, response.StatusCode, body)
		}
		if err := json.Unmarshal([]byte(body), &reply); err != nil {
			t.Fatal(err)
		}
		return reply
	}
	number := o.openWithMoney(fixture.D)
	whole := list(inspector, "sort=-found")
	if whole.Sums.Found == 0 || whole.Issues[0].UnitID != fixture.D || whole.Issues[0].Found == 0 {
		t.Fatalf("an inspector sees %+v", whole)
	}
	secrets := []string{fixture.D, fixture.C, "吴中餐馆", "虎丘软件", whole.Issues[0].Found.String(), whole.Issues[0].Title, whole.Issues[1].Title}
	if n := list(leader, ""); n.Total != whole.Total || n.Sums.Found != 0 || slices.ContainsFunc(n.Issues, func(i issueLine) bool { return !i.Suppressed || i.Severity != "" || i.Clock != nil }) {
		t.Errorf("a leader sees %+v", n)
	}
	for _, address := range []string{"/issues", "/issues?sort=found", "/issues/mine", "/issues/statistics", "/issues/bureaus", "/issues/" + number, "/issues/" + suzhouIssue,
		"/api/v1/issues", "/api/v1/issues/statistics", "/api/v1/issues/bureaus", "/api/v1/issues/mine", "/api/v1/issues/" + number, "/notices", "/notices?show=all",
		"/search?q=" + number} {
		_, body := leader.get(address)
		for _, secret := range secrets {
			if strings.Contains(body, secret) {
				t.Errorf("%s tells a leader %q", address, secret)
			}
		}
	}
	_, file := leader.take("/download/issues/issues.csv")
	for _, secret := range secrets {
		if strings.Contains(file, secret) {
			t.Errorf("the file tells a leader %q", secret)
		}
	}
	for _, query := range []string{"unit=" + fixture.D, "q=" + url.QueryEscape(whole.Issues[0].Title), "q=" + fixture.D, "money=found", "money=outstanding", "industry=H", "size=small", "cause=duplicate_charge", "main=duplicate_charge",
		"severity=low", "severity=normal", "severity=high", "severity=urgent"} {
		if n := list(leader, query); n.Total != 0 {
			t.Errorf("%s finds %d issues", query, n.Total)
		}
	}
	if n := list(leader, "q="+number); n.Total != 1 {
		t.Errorf("its number finds %d issues", n.Total)
	}
	if response, _ := leader.get("/issues/" + number); response.StatusCode != http.StatusOK {
		t.Errorf("status %d", response.StatusCode)
	}
	if seen := len(o.entries(audit.UnitViewed)); seen != 0 {
		t.Errorf("%d looks at a unit that was not shown are in the log", seen)
	}
	if _, page := leader.get("/issues/" + number); !strings.Contains(page, "按保密要求不显示") {
		t.Error("the page does not say why")
	}
}

// openWithMoney opens an issue about what a unit was charged too much.
func (o *office) openWithMoney(unit string) (number string) {
	o.t.Helper()
	issue, err := o.issues().OpenFromCase(o.t.Context(), access.CommandLine("test"), 2, queries.InCounty{Unit: unit})
	if err != nil {
		o.t.Fatal(err)
	}
	if issue.Sums == (ledger.Sums{}) {
		o.t.Fatalf("%s is about no money", issue.Number)
	}
	return issue.Number
}
