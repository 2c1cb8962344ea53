package paper_test

import (
	"slices"
	"strings"
	"testing"

	"jianfu/dashboards"
	"jianfu/internal/contribution"
	"jianfu/internal/filter"
	"jianfu/internal/fixture"
	"jianfu/internal/i18n"
	"jianfu/internal/period"
	"jianfu/queries"
)

// texts are the lines of a narrative's section.
func texts(n *dashboards.Narrative, id string) (lines []string) {
	for _, s := range n.Sections {
		if s.ID == id {
			for _, l := range s.Lines {
				lines = append(lines, l.Lead+l.Text)
			}
		}
	}
	return lines
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestTheReportOfTheSmallWorld compares sentences with what the world's comment adds up by hand: of May 2019, employers, 1,600 yuan
// are due in all, 400 + 760 + 40 + 400; 440 of it arrive (A and C), so 27.5 %; 1,560 is charged too much (B 760, D 800).
func TestTheReportOfTheSmallWorld(t *testing.T) {
	q := fixture.Computed(t)
	may := queries.View{Window: period.Range{From: 201905, To: 201905}, Payers: []contribution.Payer{contribution.Employer}}
	read := func(t *testing.T, view queries.View) dashboards.Reading {
		t.Helper()
		figures, err := q.Figures(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if view, err = figures.Complete(view); err != nil {
			t.Fatal(err)
		}
		overview, err := q.Overview(t.Context(), filter.Everything(), view)
		if err != nil {
			t.Fatal(err)
		}
		return dashboards.Reading{Overview: overview}
	}
	zh := i18n.For(i18n.Chinese)
	t.Run("sentences", func(t *testing.T) {
		n := dashboards.NewNarrative(read(t, may), &dashboards.Handled{}, zh)
		if n.Title != "江苏省社会保险费降费政策落实情况报告" || n.Subtitle != "（2019年5月，单位缴纳部分）" {
			t.Errorf("%s %s", n.Title, n.Subtitle)
		}
		same(t, "overall", texts(n, "overall"),
			"2019年5月，江苏省 4 户缴费单位应减 1,600.00 元，实减 40.00 元，落实率 27.5%。尚有 1 户应降未降、1 户负担上升；多征 1,560.00 元（2 户）。",
			"按“全部措施”比较，旧政策负担 7,700.00 元，新政策负担 6,100.00 元，实际负担 7,660.00 元。",
			"从单位看，4 户中，足额下降 2 户，占 50.0%；应降未降 1 户，占 25.0%；负担上升 1 户，占 25.0%。",
			"从措施看，降费率减轻负担 1,520.00 元；调基数减轻负担 80.00 元。")
		same(t, "regions", texts(n, "regions"),
			"有应减金额的 2 个地区中，落实率最高的是南京市（34.5%），最低的是苏州市（9.1%），相差 25.4 个百分点。已落实减负金额居前的是南京市（400.00 元）、苏州市（40.00 元）。",
			"落实率低于总体（27.5%）的有 1 个地区：苏州市 9.1%，低 18.4 个百分点，多征 800.00 元。")
		same(t, "reasons", texts(n, "reasons"),
			"多征合计 1,560.00 元，涉及 2 户。",
			"一是重复征收，涉及 1 户，使负担多 800.00 元。",
			"二是费率未调整，涉及 1 户，使负担多 600.00 元。",
			"三是基数高于上限，涉及 1 户，使负担多 160.00 元。")
		// Unemployment has the same rate in both policies, so nothing is due of it.
		if got := texts(n, "insurances"); !slices.Contains(got, "失业保险共 1 个险种没有应减金额，不计算落实率。") {
			t.Errorf("insurances: %q", got)
		}
		if got := texts(n, "problems"); got[len(got)-1] != "问题台账没有登记问题。" {
			t.Errorf("problems: %q", got)
		}
	})
	t.Run("a month before the policy", func(t *testing.T) {
		april := may
		april.Window = period.Range{From: 201904, To: 201904}
		n := dashboards.NewNarrative(read(t, april), nil, zh)
		if got := texts(n, "overall"); got[0] != "2019年4月，江苏省 4 户缴费单位在所选期间没有应减金额。没有应降未降、负担上升的单位；没有多征、少征。" {
			t.Error(got[0])
		}
		same(t, "regions", texts(n, "regions"), "南京市、苏州市共 2 个地区没有应减金额，不计算落实率。")
		same(t, "reasons", texts(n, "reasons"), "没有多征、少征。")
		for _, s := range n.Sections {
			for _, l := range s.Lines {
				if s.ID != "basis" && strings.Contains(l.Text, "%") && !strings.Contains(l.Text, "无应减 4 户，占 100.0%") {
					t.Errorf("%s: a share of nothing: %s", s.ID, l.Text)
				}
			}
		}
	})
	t.Run("a city without employers", func(t *testing.T) {
		empty := may
		empty.Narrow.Region = "320300"
		n := dashboards.NewNarrative(read(t, empty), nil, zh)
		same(t, "all of it", texts(n, "overall"), "2019年5月，徐州市没有纳入测算的缴费单位，没有可以报告的数字。")
		if len(n.Sections) != 1 || n.Opening != "" {
			t.Errorf("%d sections, opening %q", len(n.Sections), n.Opening)
		}
		if b := dashboards.NewBrief(read(t, empty), zh); b.Headline != texts(n, "overall")[0] || len(b.Findings)+len(b.Risks)+len(b.Asks) != 0 {
			t.Errorf("brief: %+v", b)
		}
	})
	t.Run("brief", func(t *testing.T) {
		b := dashboards.NewBrief(read(t, may), zh)
		if len(b.Findings) == 0 || len(b.Findings) > 3 || len(b.Risks) != 3 || len(b.Asks) == 0 {
			t.Fatalf("%+v", b)
		}
		if risk := b.Risks[0]; !strings.HasPrefix(risk.Lead, "（见“") || strings.ContainsAny(risk.Text, dashboards.StrongStart+dashboards.StrongEnd) {
			t.Errorf("%+v", risk)
		}
	})
	t.Run("all is about too few persons", func(t *testing.T) {
		figures, err := q.Figures(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		behind, err := figures.PersonsBehind(t.Context(), filter.Everything())
		if err != nil {
			t.Fatal(err)
		}
		r := read(t, may)
		r.Hidden = dashboards.NewHidden(dashboards.NewRunDecisions(100, behind), filter.Everything(), queries.Narrow{}, true)
		r.Overview, r.Hidden = dashboards.Conceal(r.Overview, r.Hidden)
		n := dashboards.NewNarrative(r, nil, zh)
		same(t, "all of it", texts(n, "overall"), "2019年5月，全部单位的数字涉及人数少于 100 人，为保护个人信息，不予列示。")
	})
}
