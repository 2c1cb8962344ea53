package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"jianfu/internal/access"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/handling"
	"jianfu/internal/ledger"
	"jianfu/internal/workday"
	"jianfu/queries"
)

// TestARecomputeMeasuresTheIssues: what a command loads and recomputes cures an issue; a recompute that finds nothing to do,
// and a server that starts, measure once more and change nothing.
func TestARecomputeMeasuresTheIssues(t *testing.T) {
	s := computed(t)
	q := fixture.OpenAt(t, s.data)
	d := handling.New(q, workday.Shipped(), ledger.ShippedLimits(), time.Now)
	issue, err := d.OpenFromCase(t.Context(), access.CommandLine("test"), 1, queries.InCounty{Unit: fixture.B})
	if err != nil {
		t.Fatal(err)
	}
	correction := fixture.RecordsHeader + "05-B1," + fixture.B + ",2019-05,pension,normal,b1,1,20000,14000,0.16,2240,0.08,1120,2019-05-15,,etax\n"
	s.load(exitDone, s.file("correction.csv", correction))
	var result struct {
		Issues handling.Measured `json:"issues"`
	}
	for _, want := range []handling.Measured{{Run: 2, Issues: 1, Changed: 1, Cured: 1}, {Run: 2, Issues: 1}} {
		if err := json.Unmarshal([]byte(s.must(exitDone, "recompute", "--json", "--policy", s.pack)), &result); err != nil {
			t.Fatal(err)
		}
		if result.Issues != want {
			t.Errorf("%+v, want %+v", result.Issues, want)
		}
	}
	<-catchUp(context.Background(), d, q, slog.New(slog.DiscardHandler))
	shown, err := d.Issue(t.Context(), filter.Everything(), issue.ID)
	if err != nil || shown.State != ledger.Proven || shown.Outstanding != 0 || len(shown.Events) != 2 {
		t.Errorf("%+v, %v", shown, err)
	}
	for language, part := range map[string]string{"zh": "问题台账：按数据核验", "en": "Issues measured"} {
		if text := s.must(exitDone, "recompute", "--lang", language, "--policy", s.pack); !strings.Contains(text, part) {
			t.Errorf("%q is not in what is printed:\n%s", part, text)
		}
	}
}

func TestIssuesAreLoadedByTheCommand(t *testing.T) {
	s := newSession(t)
	file := s.file("issues.csv", "来源,标题,行政区划代码\n12366,费率没有下调,320104\n微博,看到的,320104\n")
	loaded := s.load(exitDifferences, file)
	if len(loaded) != 1 || loaded[0].Read != 2 || loaded[0].Accepted != 1 || loaded[0].Rejected != 1 {
		t.Errorf("%+v", loaded)
	}
	if text := s.must(exitDifferences, "load", "--lang", "en", file); !strings.Contains(text, "issues.csv") {
		t.Errorf("the second time: %s", text)
	}
}
