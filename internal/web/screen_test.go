package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"jianfu/internal/web/kit"
	"jianfu/internal/web/screen"
	"jianfu/queries"
)

func TestTheWallStaysOnTheWall(t *testing.T) {
	o := staffed(t)
	o.server = o.serving(func(c *kit.Config) { c.LeastPersons = 1 })
	b := o.signedIn("sz-leadership")
	wall := func(address string) *goquery.Document {
		response, body := b.get(address)
		if response.StatusCode != http.StatusOK {
			t.Fatalf("%s: status %d", address, response.StatusCode)
		}
		return parsed(t, body)
	}
	document := wall("/screen?payer=both")
	if _, drilled := document.Find(".stage").Attr("data-drilled"); drilled {
		t.Error("nobody has gone down, and panels stay")
	}
	if run, _ := document.Find(".stage").Attr("data-run"); run == "" || run == "0" {
		t.Errorf("the wall shows run %q", run)
	}
	if document.Find(".panel").Length() != 4 || document.Find(".panel.off").Length() != 2 || document.Find(".findings li").Length() == 0 {
		t.Error("there are not two pairs of panels, the second waiting for its turn")
	}
	leads := 0
	document.Find(`script[id^="chart-"]`).Each(func(_ int, script *goquery.Selection) {
		var chart struct{ Links map[string]string }
		if err := json.Unmarshal([]byte(script.Text()), &chart); err != nil {
			t.Fatal(err)
		}
		for mark, address := range chart.Links {
			leads++
			if !strings.HasPrefix(address, "/screen?") || !strings.Contains(address, "payer=both") {
				t.Errorf("%s leads to %s", mark, address)
			}
		}
	})
	if leads == 0 {
		t.Error("nothing leads anywhere")
	}
	for down, want := range map[string]string{"?region=320505&industry=C": "/screen?region=320505", "?industry=C13&size=small": "/screen?industry=C13",
		"?industry=C13": "/screen?industry=C", "?industry=C": "/screen", "?region=320505": "/screen"} {
		document := wall("/screen" + down)
		_, drilled := document.Find(".stage").Attr("data-drilled")
		if up, _ := document.Find("[data-up]").Attr("href"); up != want || !drilled {
			t.Errorf("one step up from %s is %q, want %q", down, up, want)
		}
	}
}

func TestTheCurrentRunIsOneSmallAnswer(t *testing.T) {
	o := halfJiangsu(t)
	response, body := get(t, serving(t, func(*queries.Overview) {}), "/api/v1/current")
	var current screen.CurrentJSON
	if err := json.Unmarshal([]byte(body), &current); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %v", response.StatusCode, err)
	}
	if current.Run != o.Stamp.Run || current.DataTo != o.Stamp.DataTo || len(body) > 300 {
		t.Errorf("got %s", body)
	}
}
