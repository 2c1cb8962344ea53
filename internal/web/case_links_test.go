package web

import (
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// TestPagesOfFiguresLeadToCasesAndIssues: each number of the strip is that of the list that it leads to.
func TestPagesOfFiguresLeadToCasesAndIssues(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("nj-inspector")
	strip := func(address string) *goquery.Selection {
		t.Helper()
		_, body := b.get(address)
		return parsed(t, body).Find(".case-strip a")
	}
	for address, cases := range map[string]string{"/": "2", "/regions/320104": "1", "/sizes/small": "1", "/industries/C": "1"} {
		links := strip(address)
		all := links.Filter("[data-strip=cases]")
		if !strings.Contains(all.Text(), "案件 "+cases+" 件") {
			t.Errorf("%s: %q", address, links.Text())
		}
		_, body := b.get(all.AttrOr("href", ""))
		if shown := parsed(t, body).Find("table[data-table=cases] tbody tr").Length(); strconv.Itoa(shown) != cases {
			t.Errorf("%s leads to %d cases", address, shown)
		}
	}
	if none := strip("/regions/320104").Filter("[data-strip=none]"); !strings.Contains(none.Text(), "1 件") || none.AttrOr("href", "") != "/cases?region=320104&issue=none" {
		t.Errorf("without an issue: %q at %q", none.Text(), none.AttrOr("href", ""))
	}
	_, body := o.signedIn("nj-leadership").get("/")
	if parsed(t, body).Find("[data-strip=cases]").Length() != 0 {
		t.Error("who may not see units is told of cases")
	}
}
