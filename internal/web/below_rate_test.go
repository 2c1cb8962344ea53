package web

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"jianfu/internal/fixture"
	"jianfu/internal/web/figures"
	"jianfu/internal/web/kit"
	"jianfu/internal/web/view"
	"jianfu/queries"
)

// belowTheRate is a store of the small world whose pack has a pension rate of 16.5 %, while records were charged at 16 %. May 2019,
// employer's part, in yuan:
//
//	                     old      new   charged     due    real  delivered    over   under
//	A, charged 5 %     2,100    1,750       600     350   1,500        350       0   1,150
//	B, at the old rate 3,000    2,310     3,000     690       0          0     690       0
//	C                    600   577.50       560   22.50      40      22.50       0   17.50
//	D                  2,000    1,650     1,600     350     400        350       0      50
//	Nanjing: A and B                             1,040   1,500        350     690   1,150
//	Suzhou: C and D                             372.50     440     372.50       0   67.50
//	all                                       1,412.50   1,940     722.50     690   1,217.50
//
// Net, more than all that was due has arrived, 1,940 of 1,412.50.
func belowTheRate(t testing.TB, q *queries.Queries) {
	t.Helper()
	var records strings.Builder
	for line := range strings.Lines(fixture.Records()) {
		switch {
		case strings.HasPrefix(line, "05-D3"):
			continue
		case strings.HasPrefix(line, "05-A1"):
			line = strings.Replace(line, ",0.16,1600,", ",0.05,500,", 1)
		}
		records.WriteString(line)
	}
	files := fixture.PackFiles()
	rates := files["rates.csv"]
	rates.Data = []byte(strings.Replace(string(rates.Data), ",0.16,", ",0.165,", 1))
	fixture.Load(t, q, fixture.Units(), records.String())
	fixture.Recompute(t, q, fixture.PackOf(t, files))
}

// TestWhatIsChargedBelowTheRateIsNoReduction: it is a risk with words and a colour of its own, and makes up for nothing.
func TestWhatIsChargedBelowTheRateIsNoReduction(t *testing.T) {
	o := openOffice(t, fixture.Copied(t, "below-rate", belowTheRate), func(c *kit.Config) { c.LeastPersons = 1 }) // the screen shows everybody
	o.server.Identify = func(*fiber.Ctx) (kit.Asker, error) { return everything(), nil }
	for _, look := range []struct {
		query, rate, meter, over, under, headline, risk string
		reach                                           queries.Reach
	}{
		{"", "51.2%", "51.2%", "690.00", "1,217.50", "多征 690.00 元（1 户），少征 1,217.50 元（3 户）", "3 户实际征收低于新政策规定，占全部单位 75.0%，少征 1,217.50 元",
			queries.Reach{Entitled: 1412_50, Delivered: 722_50, Overcharged: 690_00, Undercharged: 1217_50, UnitsOvercharged: 1, UnitsUndercharged: 3}},
		{"?region=320100", "33.7%", "33.7%", "690.00", "1,150.00", "多征 690.00 元（1 户），少征 1,150.00 元（1 户）", "1 户实际征收低于新政策规定，占全部单位 50.0%，少征 1,150.00 元",
			queries.Reach{Entitled: 1040_00, Delivered: 350_00, Overcharged: 690_00, Undercharged: 1150_00, UnitsOvercharged: 1, UnitsUndercharged: 1}},
		{"?region=320500", "100.0%", "100%", "0.00", "67.50", "少征 67.50 元（2 户）", "2 户实际征收低于新政策规定，占全部单位 100.0%，少征 67.50 元",
			queries.Reach{Entitled: 372_50, Delivered: 372_50, Undercharged: 67_50, UnitsUndercharged: 2}},
	} {
		for _, path := range []string{"/", "/screen"} {
			_, page := get(t, o.server, path+look.query)
			document := parsed(t, page)
			for selector, want := range map[string]string{
				"[data-kpi=rate] .kpi-value":         look.rate,
				"[data-kpi=overcharged] .kpi-value":  look.over,
				"[data-kpi=undercharged] .kpi-value": look.under,
				".findings":                          look.risk,
			} {
				if got := document.Find(selector).Text(); !strings.Contains(got, want) {
					t.Errorf("%s%s: %s is %q, want %q", path, look.query, selector, got, want)
				}
			}
			if !document.Find("[data-kpi=undercharged]").HasClass("under") {
				t.Errorf("%s%s: undercharging has no colour of its own", path, look.query)
			}
			if path == "/" {
				if said := document.Find(".headline").First().Text(); !strings.Contains(said, look.headline) || !strings.Contains(said, "落实率 "+look.rate) {
					t.Errorf("the headline says %s", said)
				}
				if meter := document.Find("[data-kpi=rate] .meter-part").AttrOr("width", ""); meter != look.meter {
					t.Errorf("the bar of %s is %s wide, want %s", look.query, meter, look.meter)
				}
			}
		}
		_, text := get(t, o.server, "/api/v1/overview"+look.query)
		var reply struct {
			Total    view.SumsJSON
			Findings figures.FindingsJSON
		}
		if err := json.Unmarshal([]byte(text), &reply); err != nil {
			t.Fatal(err)
		}
		if reply.Total.Reach != look.reach {
			t.Errorf("%s: the JSON has %+v, want %+v", look.query, reply.Total.Reach, look.reach)
		}
		found := false
		for _, f := range reply.Findings.Risks {
			found = found || f.ID == "undercharged" && strings.Contains(f.Text, look.risk)
		}
		if !found {
			t.Errorf("%s: the risks in JSON are %+v", look.query, reply.Findings.Risks)
		}
	}
}
