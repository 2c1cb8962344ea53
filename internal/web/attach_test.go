package web

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"jianfu/internal/attachment"
	"jianfu/internal/fixture"
)

// packOf is what an evidence pack that somebody took away looks like.
func packOf(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range []string{"SHA256SUMS", "data/records.csv"} {
		f, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(f, "unit_id,period\n")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestWhatIsAttachedKeepsItsNameAndItsRight attaches the same contents twice, and an evidence pack by hand.
func TestWhatIsAttachedKeepsItsNameAndItsRight(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("sz-inspector")
	attach := func(name, contents string) (*http.Response, string) {
		page := issuePageOf(b, suzhouIssue)
		return b.upload("/issues/"+suzhouIssue+"/attach", name, contents, "seq", seqOf(page))
	}
	pack := packOf(t)
	for _, name := range []string{"退费凭证.txt", "银行回单.txt", "材料.zip"} {
		contents := "同一份内容。\n"
		if strings.HasSuffix(name, ".zip") {
			contents = pack
		}
		if response, body := attach(name, contents); response.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: status %d: %s", name, response.StatusCode, parsed(t, body).Find(".said").Text())
		}
	}
	page := issuePageOf(b, suzhouIssue)
	link := func(name string) string {
		href := page.Find(`.attachments a:contains("`+name+`")`).AttrOr("href", "")
		if href == "" {
			t.Fatalf("there is no link to %s", name)
		}
		return href
	}
	for _, name := range []string{"退费凭证.txt", "银行回单.txt"} {
		if response, _ := b.take(link(name)); response.StatusCode != http.StatusOK || !strings.Contains(response.Header.Get("Content-Disposition"), url.PathEscape(name)) {
			t.Errorf("%s: status %d, %s", name, response.StatusCode, response.Header.Get("Content-Disposition"))
		}
	}
	if response, body := b.take(link("材料.zip")); response.StatusCode != http.StatusOK || body != pack {
		t.Errorf("the pack: status %d", response.StatusCode)
	}
	if response, _ := o.signedIn("sz-leadership").take(link("材料.zip")); response.StatusCode != http.StatusNotFound { // the issue is about one person, and so are its files
		t.Errorf("who may not see records takes a pack that was attached by hand: status %d", response.StatusCode)
	}
	if sent, err := o.q.AttachedBy(t.Context(), "sz-inspector", time.UnixMilli(0)); err != nil || sent < uint64(len(pack)) {
		t.Errorf("%d bytes were attached, %v", sent, err)
	}
	o.server.Config.Attachments = attachment.New(o.q, fixture.Now).AtMost(1)
	if response, body := attach("再一份.txt", "另一份内容。\n"); response.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "存储空间已满") {
		t.Errorf("beyond the room: status %d", response.StatusCode)
	}
}

func TestTitlesAreSeenAndDaysAreMeant(t *testing.T) {
	o := staffed(t)
	b := o.signedIn("sz-inspector")
	b.get("/issues/new")
	register := func(title, day string) (*http.Response, string) {
		return b.post("/issues/new", "source", "hall", "nature", "complaint", "category", "policy", "severity", "normal", "title", title,
			"raised_on", day, "issue_region", "320505", "level", "own")
	}
	for name, c := range map[string]struct{ title, day string }{
		"a title that nobody sees": {"\u200b\u2060\u3164", "2020-01-15"},
		"the first day of all":     {"费率没有下调", "0001-01-01"},
		"a day that is to come":    {"费率没有下调", "9999-12-31"},
	} {
		if response, _ := register(c.title, c.day); response.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: status %d", name, response.StatusCode)
		}
	}
	response, body := register("费率\u202e没有\u200b下调", "2020-01-15")
	if response.StatusCode != http.StatusSeeOther {
		t.Fatalf("status %d: %s", response.StatusCode, parsed(t, body).Find(".said").Text())
	}
	if _, body := b.get("/issues?q=" + url.QueryEscape("费率没有下调")); !strings.Contains(body, "费率没有下调") || strings.Contains(body, "\u202e") {
		t.Error("the title holds what nobody sees, or is not there")
	}
	for _, address := range []string{"/issues?since=0001-01-01", "/issues?until=9999-12-31"} {
		if response, _ := b.get(address); response.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: status %d", address, response.StatusCode)
		}
	}
}
