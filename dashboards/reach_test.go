package dashboards

import (
	"slices"
	"strings"
	"testing"

	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/internal/policy"
	"jianfu/queries"
)

// alone is a burden as if one unit had all of it.
func alone(b queries.Burden) queries.Sums {
	return queries.Sums{Burden: b, Reach: queries.ReachOf(b)}
}

// settle makes a made-up overview consistent again where a burden was changed, as if one unit had each, and a reason's
// parts where it has none.
func settle(o *queries.Overview) {
	mend := func(s *queries.Sums) {
		if s.Overcharged-s.Undercharged != s.Shortfall() || s.Entitled == 0 {
			*s = alone(s.Burden)
		}
	}
	mend(&o.Total.Sums)
	for _, d := range memberDimensions(o) {
		*d.rows = slices.Clone(*d.rows)
		for i := range *d.rows {
			mend(&(*d.rows)[i].Sums)
		}
	}
	o.ByPeriod = slices.Clone(o.ByPeriod)
	for i := range o.ByPeriod {
		mend(&o.ByPeriod[i].Sums)
	}
	o.ByReason = slices.Clone(o.ByReason)
	for i, r := range o.ByReason {
		if r.More == 0 && r.Less == 0 {
			o.ByReason[i].More, o.ByReason[i].Less = max(0, r.Amount), max(0, -r.Amount)
		}
		places := slices.Clone(r.ByRegion)
		for k, p := range places {
			if p.More == 0 && p.Less == 0 {
				places[k].More, places[k].Less = max(0, p.Amount), max(0, -p.Amount)
			}
		}
		o.ByReason[i].ByRegion = places
	}
}

// TestTooLittleDoesNotPayForTooMuch: one unit of two was charged its old rate, the other far below its new one.
func TestTooLittleDoesNotPayForTooMuch(t *testing.T) {
	burdens := []queries.Burden{{Old: 1000_00, New: 800_00, Charged: 1000_00}, {Old: 1000_00, New: 800_00, Charged: 300_00}}
	var s queries.Sums
	for _, b := range burdens {
		s = queries.Sums{Burden: s.Add(b), Reach: s.Plus(queries.ReachOf(b))}
	}
	o := wellOff()
	o.Total.Sums, o.Total.Units, o.Total.States, o.ByMeasure = s, 2, queries.States{None: 1, Full: 1}, nil
	page := NewOverview(o, Hidden{}, nil, i18n.For("zh"))
	values := map[string]KPI{}
	for _, k := range page.KPIs {
		values[k.ID] = k
	}
	if k := values["rate"]; k.Value != "50.0%" || k.Share != 50 {
		t.Errorf("half of what was due arrived, the card says %s with a bar of %v", k.Value, k.Share)
	}
	if k := values["overcharged"]; k.Value != "200.00" || k.Tone != ToneIncrease || k.Notes[0] != "涉及 1 户" {
		t.Errorf("overcharged %+v", k)
	}
	if k := values["undercharged"]; k.Value != "500.00" || k.Tone != ToneUnder || k.Name != "少征" {
		t.Errorf("undercharged %+v", k)
	}
	if said := Plain(page.Headline); !strings.Contains(said, "落实率 50.0%") || !strings.HasSuffix(said, "；多征 200.00 元（1 户），少征 500.00 元（1 户）。") {
		t.Errorf("the headline says %s", said)
	}
	at := slices.IndexFunc(page.Findings.Risks, func(f Finding) bool { return f.ID == "undercharged" })
	if at < 0 || !strings.Contains(Plain(page.Findings.Risks[at].Text), "1 户实际征收低于新政策规定") || page.Findings.Risks[at].Tone != ToneUnder {
		t.Errorf("the risks are %+v", page.Findings.Risks)
	}
	for _, b := range page.Blocks() {
		for _, row := range append(slices.Clone(b.Table.Rows), b.Table.Total) {
			for i, cell := range row {
				if c := b.Table.Columns[i]; c.Kind == KindPercent && c.Key != "change" && (strings.HasPrefix(cell.Raw, "-") || len(cell.Raw) > len("100.0%")) {
					t.Errorf("%s: %s of %v", b.ID, c.Key, cell.Raw)
				}
			}
		}
	}
}

// TestOnlyAllOfItFillsTheBar: one yuan of a million did not arrive.
func TestOnlyAllOfItFillsTheBar(t *testing.T) {
	for part, want := range map[money.Fen]float32{1_000_000_00: 100, 999_999_00: 99.9, 500_000_00: 50, 0: 0} {
		if got := meterOf(part, 1_000_000_00); got != want {
			t.Errorf("%s of a million fill %v %%, want %v", part, got, want)
		}
	}
}

// TestOneUnitIsNoUnits: English has a form for one, in cards as in sentences.
func TestOneUnitIsNoUnits(t *testing.T) {
	o := wellOff()
	o.Total.Units = 1
	page := NewOverview(o, Hidden{}, nil, i18n.For("en"))
	for _, k := range page.KPIs {
		if k.ID == "units" && (k.Value != "1" || k.Unit != "unit") {
			t.Errorf("the card says %s %s", k.Value, k.Unit)
		}
	}
	if said := Plain(page.Headline); !strings.Contains(said, "1 contributing unit was due") {
		t.Errorf("the headline says %s", said)
	}
}

// TestAHeadlineNamesARiseWhereNoReductionIsDue: of the employees' part a floor rose.
func TestAHeadlineNamesARiseWhereNoReductionIsDue(t *testing.T) {
	for name, c := range map[string]struct {
		old, now, charged money.Fen
		increased         uint64
		want              string
	}{
		"more is owed and more was charged": {1000_00, 1100_00, 1150_00, 3, "按新政策应缴额净增 100.00 元，实际负担增加 150.00 元。尚有 0 户应降未降、3 户负担上升；多征 50.00 元（1 户）。"},
		"more is owed and less was charged": {1000_00, 1100_00, 990_00, 0, "按新政策应缴额净增 100.00 元，实际负担减少 10.00 元。没有应降未降、负担上升的单位；少征 110.00 元（1 户）。"},
		"nothing is due":                    {1000_00, 1000_00, 1000_00, 0, "在所选期间没有应减金额。没有应降未降、负担上升的单位；没有多征、少征。"},
		"due, and charged above the old":    {1000_00, 900_00, 1010_00, 1, "应减 100.00 元，实际负担反而增加 10.00 元，落实率 0.0%。尚有 0 户应降未降、1 户负担上升；多征 110.00 元（1 户）。"},
	} {
		o := wellOff()
		o.Total.Sums, o.Total.States = alone(queries.Burden{Old: c.old, New: c.now, Charged: c.charged}), queries.States{Increased: c.increased, NoDue: 5}
		if said := Plain(NewOverview(o, Hidden{}, nil, i18n.For("zh")).Headline); !strings.HasSuffix(said, c.want) {
			t.Errorf("%s: %s, want …%s", name, said, c.want)
		}
	}
}

// TestAnEventNamesThoseItIsOf: one city's factor is not all cities', nor is one kind of unit's rate that of all.
func TestAnEventNamesThoseItIsOf(t *testing.T) {
	rate := func(n money.Rate) *money.Rate { return &n }
	event := func(insurance, area, kind string, class uint8) policy.Event {
		return policy.Event{Insurance: insurance, Payer: "employer", Changes: []policy.EventChange{{Area: area, UnitKind: kind, RiskClass: class, OldRate: rate(200_000), NewRate: rate(160_000)}}}
	}
	two := event("pension", "320500", "", 0)
	two.Changes = append(two.Changes, two.Changes[0])
	for name, c := range map[string]struct {
		region string
		event  policy.Event
		want   string
	}{
		"of the whole province":       {"320000", event("pension", "320000", "", 0), "养老保险单位费率 20%→16%"},
		"of one city":                 {"320000", event("pension", "320500", "", 0), "苏州市：养老保险单位费率 20%→16%"},
		"of the city that is shown":   {"320500", event("pension", "320500", "", 0), "养老保险单位费率 20%→16%"},
		"of a kind of units":          {"320000", event("pension", "320000", "institution", 0), "机关事业单位：养老保险单位费率 20%→16%"},
		"of a risk class":             {"320000", event("work_injury", "320500", "", 3), "苏州市、3 类风险：工伤保险单位费率 20%→16%"},
		"of all risk classes, by one": {"320000", event("work_injury", "", "", 0), "以 1 类风险为例：工伤保险单位费率 20%→16%"},
		"and others":                  {"320000", two, "苏州市：养老保险单位费率 20%→16%（另有 1 种变化因地区、单位而异）"},
	} {
		b := builder{p: i18n.For("zh"), names: NewNames(i18n.For("zh")), o: queries.Overview{Region: c.region}}
		if got := b.eventText(c.event); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
