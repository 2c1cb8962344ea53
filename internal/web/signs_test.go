package web

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"jianfu/dashboards"
	"jianfu/internal/access"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/limits"
)

// wordless is a text that says nothing in words or figures: a sign, or something that stands where a sign belongs.
var wordless = regexp.MustCompile(`^[^\p{L}\p{N}<>=+]*$|^(?i:n/?a|null|nil|nan|undefined)$`)

// unsigned tells whether what stands in a cell is neither a figure nor a word nor one of the signs.
func unsigned(text string) bool {
	return wordless.MatchString(text) && !slices.Contains(dashboards.Signs, text)
}

// signCheck looks for cells of tables, of files and of answers in JSON that hold no sign where one belongs.
type signCheck struct {
	t                      *testing.T
	tables, files, answers int
}

// page looks at the tables of a page. A cell with a control is no figure's; a bar beside a figure says nothing itself.
func (s *signCheck) page(address, body string) (takes []string) {
	document := parsed(s.t, body)
	document.Find("table").Not(".calendar").Each(func(_ int, table *goquery.Selection) {
		s.tables++
		controls := map[int]bool{} // columns of buttons, whose head is for those who do not see them
		table.Find("thead th").Each(func(i int, head *goquery.Selection) {
			controls[i] = head.Find(".sr").Length() > 0 && len(head.Children().Nodes) == 1
		})
		table.Find("tbody td, tbody th, tfoot td, tfoot th").Each(func(_ int, cell *goquery.Selection) {
			if controls[cell.Index()] || cell.Find("form, input, select, button, .no").Length() > 0 {
				return
			}
			if text := strings.TrimSpace(cell.Text()); unsigned(text) {
				row, _ := cell.Parent().Html()
				s.t.Errorf("%s: table %s%s has %q in %s of\n%s", address, table.AttrOr("data-table", ""), table.AttrOr("data-list", ""), text, cell.AttrOr("data-column", ""), row)
			}
		})
	})
	document.Find("main dd, .kpi-value").Each(func(_ int, figure *goquery.Selection) {
		if text := strings.TrimSpace(figure.Text()); unsigned(text) && figure.Find("form, input, select, button").Length() == 0 {
			s.t.Errorf("%s: %q of %s", address, text, figure.Parent().Text())
		}
	})
	document.Find(`script[id^="chart-"]`).Each(func(_ int, script *goquery.Selection) {
		var chart struct {
			Tips map[string]dashboards.Tip
		}
		if json.Unmarshal([]byte(script.Text()), &chart) != nil {
			return
		}
		for mark, tip := range chart.Tips {
			for _, line := range tip.Rows {
				if line.Value != "" && unsigned(line.Value) {
					s.t.Errorf("%s: the tip of %s says %q of %s", address, mark, line.Value, line.Name)
				}
			}
		}
	})
	document.Find("a[data-take]").Each(func(_ int, a *goquery.Selection) {
		if target, err := url.Parse(a.AttrOr("href", "")); err == nil && strings.HasSuffix(target.Path, ".csv") {
			takes = append(takes, target.String())
		}
	})
	return takes
}

// file looks at the rows of a CSV file below the lines that say what it is.
func (s *signCheck) file(address, body string) {
	reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff")))
	reader.FieldsPerRecord = -1
	lines, err := reader.ReadAll()
	if err != nil {
		s.t.Errorf("%s: %v", address, err)
		return
	}
	s.files++
	wide := len(lines[len(lines)-1])
	for at, line := range lines {
		if len(line) != wide || len(line) < 3 || at == 0 {
			continue
		}
		for i, text := range line {
			if unsigned(text) {
				s.t.Errorf("%s: column %d of %v is %q", address, i+1, line, text)
			}
		}
	}
}

// answer looks through JSON: what is not applicable is null and what is not shown is left out; neither is a text.
func (s *signCheck) answer(address, body string) {
	var value any
	if err := json.Unmarshal([]byte(body), &value); err != nil {
		s.t.Errorf("%s: %v", address, err)
		return
	}
	s.answers++
	var look func(path string, value any)
	look = func(path string, value any) {
		switch v := value.(type) {
		case map[string]any:
			for name, inner := range v {
				look(path+"."+name, inner)
			}
		case []any:
			for _, inner := range v {
				look(path+"[]", inner)
			}
		case string:
			if v != "" && wordless.MatchString(v) {
				s.t.Errorf("%s: %s is %q", address, path, v)
			}
		}
	}
	look("", value)
}

// TestOneSignForEach goes through the pages that each role comes to, the files that they offer and the answers of the
// interface: a figure that has no meaning, is not there yet or is not shown has its sign, and no cell is left blank.
func TestOneSignForEach(t *testing.T) {
	t.Parallel()
	o := walked(t)
	o.server.Accounts, o.server.Addresses = limits.NewMeter(1e9, 1e9), limits.NewMeter(1e9, 1e9)
	s := &signCheck{t: t}
	taken := map[string]bool{}
	for _, role := range []access.Role{access.Inspector, access.Leadership, access.DataAdmin, access.SysAdmin} {
		w := &crawler{t: t, o: o, role: role, b: o.signedIn("sz-" + string(role)), seen: map[string]bool{}, from: map[string]string{}}
		for _, start := range []string{"/", "/loads", "/runs", "/runs/difference", "/users", "/audit", "/units", "/cases", "/issues", "/policy"} {
			w.follow("", start)
		}
		w.b.compute(point + "&area=320500")
		for pages := 0; len(w.waiting) > 0 && pages < 120; pages++ {
			address := w.waiting[0]
			w.waiting = w.waiting[1:]
			if strings.HasPrefix(address, "/logout") || strings.HasPrefix(address, "/docs") || strings.HasPrefix(address, "/download") || strings.HasPrefix(address, "/api") && address != "/api" {
				continue
			}
			response, body := w.b.get(address)
			if response.StatusCode != http.StatusOK || !strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") {
				continue
			}
			w.look(address, body)
			for _, take := range s.page(address, body) {
				target, _ := url.Parse(take)
				if kind := string(role) + kindOf(target); !taken[kind] {
					taken[kind] = true
					if response, file := w.b.take(take); response.StatusCode == http.StatusOK {
						s.file(take, file)
					}
				}
			}
			if response, text := w.b.get(kit.APIRoot + strings.Replace(address, "/?", "/overview?", 1)); response.StatusCode == http.StatusOK {
				s.answer(kit.APIRoot+address, text)
			}
		}
	}
	t.Logf("%d tables, %d files, %d answers", s.tables, s.files, s.answers)
	if s.tables < 100 || s.files < 30 || s.answers < 15 {
		t.Errorf("only %d tables, %d files and %d answers are come to", s.tables, s.files, s.answers)
	}
}
