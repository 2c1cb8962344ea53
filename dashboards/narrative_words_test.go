package dashboards

import (
	"strings"
	"testing"

	"jianfu/internal/dimension"
	"jianfu/internal/disclosure"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/queries"
)

// said is all that a narrative says.
func said(n *Narrative) string {
	var all []string
	for _, s := range n.Sections {
		for _, l := range s.Lines {
			all = append(all, s.ID+": "+l.Lead+l.Text)
		}
	}
	return strings.Join(all, "\n")
}

func TestConcealedMembersAreInNoSentence(t *testing.T) {
	o := halfJiangsu(t)
	hide := []string{"320900", "321300"} // the two lowest
	hidden := Hidden{Least: 3, cells: map[string]disclosure.Cause{}}
	for _, key := range hide {
		hidden.cells["region|"+key] = disclosure.Few
	}
	zh := i18n.For(i18n.Chinese)
	text := said(NewNarrative(Reading{Overview: o, Hidden: hidden}, nil, zh))
	for _, want := range []string{
		"regions: 在列示的范围内，有应减金额的 11 个地区中，落实率最高的是苏州市（98.9%），最低的是连云港市（93.3%）",
		"regions: 另有 2 个地区因涉及人数过少，为保护个人信息，不单独列示。",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not said in\n%s", want, text)
		}
	}
	for _, key := range hide {
		if name := NewNames(zh).Region(key); strings.Contains(text, name) {
			t.Errorf("%s is named", name)
		}
	}
}

// TestSumsThatCancelOut is of two cities, one due 1,000 yuan and one owing 1,000 more by the new policy: nothing is due in all, and
// yet half of what is due to somebody arrived.
func TestSumsThatCancelOut(t *testing.T) {
	less := sumsOfOne(queries.Burden{Old: 10_000_00, New: 9_000_00, Charged: 9_500_00})
	more := sumsOfOne(queries.Burden{Old: 10_000_00, New: 11_000_00, Charged: 10_500_00})
	o := queries.Overview{
		Total: queries.MemberRow{Sums: queries.Sums{Burden: less.Add(more.Burden), Reach: less.Plus(more.Reach)}, Units: 2, States: queries.States{Partial: 1, Increased: 1}},
		By:    byRegion(queries.MemberRow{Key: "320100", Sums: less, Units: 1}, queries.MemberRow{Key: "320500", Sums: more, Units: 1}),
	}
	text := said(NewNarrative(Reading{Overview: o}, nil, i18n.For(i18n.Chinese)))
	for _, want := range []string{
		"应减 0.00 元，实减 0.00 元，落实率 50.0%",
		"应减是负担下降与负担上升相抵后的净额；有应减金额的单位应减 1,000.00 元，其中已落实 500.00 元，落实率按这两个数计算。",
		"多征、少征按户分别计算，不相互抵减。",
		"regions: 有应减金额的只有南京市，应减 1,000.00 元，已落实 500.00 元，落实率 50.0%。",
		"regions: 苏州市共 1 个地区没有应减金额，不计算落实率。",
		"reasons: 多征合计 500.00 元，涉及 1 户；少征合计 500.00 元，涉及 1 户。",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not said in\n%s", want, text)
		}
	}
}

// sumsOfOne are those of one unit.
func sumsOfOne(b queries.Burden) queries.Sums {
	return queries.Sums{Burden: b, Reach: queries.ReachOf(b)}
}

func TestIssuesAreCountedInWords(t *testing.T) {
	handled := &Handled{Issues: 12, Closed: 5, Open: 7, Overdue: 2, Found: 300_000_000_00, Corrected: 100_000_000_00, Exempted: 0, Reassessed: money.Fen(50_000_000_00), Outstanding: 150_000_000_00}
	text := said(NewNarrative(Reading{Overview: halfJiangsu(t)}, handled, i18n.For(i18n.Chinese)))
	want := "问题台账登记问题 12 件，已销号 5 件，未办结 7 件，其中超期 2 件；发现金额 3.00 亿元，已纠正 1.00 亿元，豁免 0.00 亿元，重新认定 0.50 亿元，未纠正 1.50 亿元。"
	if !strings.Contains(text, want) {
		t.Errorf("%q is not said in\n%s", want, text)
	}
}

// TestEveryTextOfNarrativesIsInTheCatalogue also asks for what no fixture brings about.
func TestEveryTextOfNarrativesIsInTheCatalogue(t *testing.T) {
	for _, lang := range i18n.Languages {
		p := i18n.For(lang)
		r := Reading{Overview: halfJiangsu(t)}
		all := said(NewNarrative(r, nil, p))
		b := NewBrief(r, p)
		all += b.Headline + strings.Join(b.Findings, "") + strings.Join(b.Asks, "")
		if strings.Contains(all, "narrative.") || strings.Contains(all, "web.") || strings.Contains(all, "{{") || strings.ContainsAny(all, StrongStart+StrongEnd) {
			t.Errorf("%s:\n%s", lang, all)
		}
		keys := []string{"reason_place"}
		for _, rule := range rules {
			if rule.risk {
				keys = append(keys, rule.id)
			}
		}
		for _, key := range keys {
			if !p.Has("narrative.ask." + key) {
				t.Errorf("%s: nothing is asked of the reader for %s", lang, key)
			}
		}
		sections := []string{"overall", "reasons", "problems", "asks", "basis"}
		for _, d := range dimension.All {
			if d.Told {
				sections = append(sections, d.Plural)
			}
		}
		for _, id := range sections {
			if !p.Has("narrative.section." + id) {
				t.Errorf("%s: section %s has no title", lang, id)
			}
		}
	}
}
