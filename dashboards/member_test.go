package dashboards

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"jianfu/internal/disclosure"
	"jianfu/internal/i18n"
	"jianfu/internal/money"
	"jianfu/queries"
)

// splitting shares out the burden of each region among the sizes, unevenly and to the fen, and makes the sizes what they
// then come to.
func splitting(o *queries.Overview) queries.Cross {
	cross := queries.Cross{Run: o.Stamp.Run, Rows: queries.ByRegion, Columns: queries.BySize}
	part := func(f money.Fen, i int) money.Fen { return f / money.Fen(5+i) }
	sums := make([]queries.Burden, len(o.BySize))
	for n, r := range o.ByRegion {
		rest := r.Burden
		for i, s := range o.BySize {
			b := queries.Burden{Old: part(rest.Old, (i+n)%4), New: part(rest.New, (i+2*n)%4), Charged: part(rest.Charged, (i+n)%4)}
			if i == len(o.BySize)-1 {
				b = rest
			}
			rest = queries.Burden{Old: rest.Old - b.Old, New: rest.New - b.New, Charged: rest.Charged - b.Charged}
			sums[i] = queries.Burden{Old: sums[i].Old + b.Old, New: sums[i].New + b.New, Charged: sums[i].Charged + b.Charged}
			cross.Cells = append(cross.Cells, queries.CrossCell{Row: r.Key, Column: s.Key, Sums: alone(b), Units: 7, Headcount: 70})
		}
	}
	o.BySize = slices.Clone(o.BySize)
	for i := range o.BySize {
		o.BySize[i].Burden = sums[i]
	}
	return cross
}

// monthly shares out the burden of each region among the window's months.
func monthly(o queries.Overview) queries.Cross {
	months := memberRows(o, queries.ByMonth)
	cross := queries.Cross{Run: o.Stamp.Run, Rows: queries.ByRegion, Columns: queries.ByMonth}
	for n, r := range o.ByRegion {
		rest := r.Burden
		for i, m := range months {
			left := money.Fen(len(months) - i)
			b := queries.Burden{Old: rest.Old / left, New: rest.New / left, Charged: rest.Charged/left + money.Fen(n*i*1000)}
			if left == 1 {
				b = rest
			}
			rest = queries.Burden{Old: rest.Old - b.Old, New: rest.New - b.New, Charged: rest.Charged - b.Charged}
			cross.Cells = append(cross.Cells, queries.CrossCell{Row: r.Key, Column: m.Key, Sums: alone(b)})
		}
	}
	return cross
}

// cityFigures are the page of Nanjing in the made-up half of Jiangsu: a third of it lies in each of three districts.
func cityFigures(t *testing.T) MemberFigures {
	t.Helper()
	whole := halfJiangsu(t)
	splitting(&whole)
	at := slices.IndexFunc(whole.ByRegion, func(r queries.MemberRow) bool { return r.Key == "320100" })
	own := whole
	own.Region, own.View.Narrow.Region = "320100", "320100"
	own.Total = whole.ByRegion[at]
	own.ByRegion = nil
	rest := own.Total
	for i, code := range []string{"320102", "320104", "320111"} {
		part := rest
		if left := money.Fen(3 - i); left > 1 {
			part.Burden = queries.Burden{Old: rest.Old / left, New: rest.New / left, Charged: rest.Charged / left}
		}
		part.Key = code
		rest.Burden = queries.Burden{Old: rest.Old - part.Old, New: rest.New - part.New, Charged: rest.Charged - part.Charged}
		own.ByRegion = append(own.ByRegion, part)
	}
	cross := splitting(&own)
	months := monthly(own)
	f := MemberFigures{By: queries.ByRegion, Key: "320100", Rank: "rate", Shade: "rate", Own: Reading{Overview: own}, Parent: &Reading{Overview: whole},
		Cross: &Crossing{Cross: cross}, Months: &Crossing{Cross: months}, MonthsBy: queries.ByRegion}
	f.MonthsOf = &f.Own
	return f
}

func TestTheRankingIsAsAgreed(t *testing.T) {
	for _, by := range Rankings {
		f := cityFigures(t)
		f.Rank = by
		got, err := json.MarshalIndent(NewMember(f, i18n.For("zh")).Ranking.Chart, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", "golden", "ranking_"+by+".json")
		if *update {
			if err := os.WriteFile(file, append(got, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.TrimSpace(string(want)), string(got)); diff != "" {
			t.Errorf("the option changed; if that is meant, run go test ./dashboards -update (-want +got):\n%s", diff)
		}
	}
}

// TestTheSignOfWhatIsConcealedIsDrawnWhereTheAxisIsCut: it stands where the axis begins.
func TestTheSignOfWhatIsConcealedIsDrawnWhereTheAxisIsCut(t *testing.T) {
	f := cityFigures(t)
	rows := f.Parent.Overview.ByRegion[:3]
	for i := range rows {
		rows[i].Sums = alone(queries.Burden{Old: 1000, New: 800, Charged: 801}) // 99.5 % arrived
	}
	f.Key, f.Parent.Overview.ByRegion = rows[1].Key, rows
	f.Parent.Hidden = Hidden{cells: map[string]disclosure.Cause{"region|" + rows[2].Key: disclosure.Few}}
	text, err := json.Marshal(NewMember(f, i18n.For("zh")).Ranking.Chart.Option)
	if err != nil {
		t.Fatal(err)
	}
	var option struct {
		XAxis  []struct{ Min int64 }
		Series []struct {
			Data []struct {
				Value int64
				Label struct{ Formatter string }
			}
		}
	}
	if err := json.Unmarshal(text, &option); err != nil {
		t.Fatal(err)
	}
	for _, bar := range option.Series[0].Data {
		if least := option.XAxis[0].Min; least == 0 || bar.Value < least || bar.Label.Formatter == Concealed && bar.Value != least {
			t.Errorf("%q stands at %d, and the axis begins at %d", bar.Label.Formatter, bar.Value, least)
		}
	}
}

func TestEqualMembersShareTheirRank(t *testing.T) {
	f := cityFigures(t)
	rows := slices.Clone(f.Parent.Overview.ByRegion)
	rows[0].Sums = alone(queries.Burden{Old: 300, New: 100, Charged: 150})
	rows[1].Sums = alone(queries.Burden{Old: 600, New: 200, Charged: 300}) // the same share of twice as much
	rows[2].Sums = alone(queries.Burden{Old: 100, New: 100, Charged: 100}) // nothing due, so no share
	rows = rows[:3]
	f.Key, f.Parent.Overview.ByRegion = rows[1].Key, rows
	s := builder{p: i18n.For("zh"), o: f.Own.Overview}.standing(f)
	ranked, places := s.ranked("rate")
	if got := []string{ranked[0].Key, ranked[1].Key, ranked[2].Key}; !slices.Equal(places, []int{1, 1, 0}) || got[2] != rows[2].Key {
		t.Errorf("%v have the ranks %v", got, places)
	}
	if _, places = s.ranked("due"); !slices.Equal(places, []int{1, 2, 3}) {
		t.Errorf("by due reduction the ranks are %v", places)
	}
	s.hidden = true
	if _, places = s.ranked("due"); !slices.Equal(places, []int{0, 0, 0}) {
		t.Errorf("with a member that is not shown the ranks are %v", places)
	}
}

func TestAMembersCrossingAndMonthsAddUp(t *testing.T) {
	m := NewMember(cityFigures(t), i18n.For("zh"))
	if m.Cross.Table.Sums != CheckEqual || m.Multiples.Table.Sums != CheckEqual || m.Ranking.Table.Sums != CheckEqual {
		t.Errorf("sums: crossing %q, months %q, ranking %q", m.Cross.Table.Sums, m.Multiples.Table.Sums, m.Ranking.Table.Sums)
	}
	if len(m.Cross.Rows) != 3 || len(m.Cross.Columns) != len(m.Cross.Rows[0].Cells) || len(m.Multiples.Charts) != 3 {
		t.Errorf("%d rows, %d columns, %d charts", len(m.Cross.Rows), len(m.Cross.Columns), len(m.Multiples.Charts))
	}
	for name, change := range map[string]func(f *MemberFigures){
		"a cell is off by a fen":         func(f *MemberFigures) { f.Cross.Cells[0].Old++ },
		"two cells of a column are":      func(f *MemberFigures) { f.Cross.Cells[0].Old++; f.Cross.Cells[len(f.Own.Overview.BySize)].Old-- },
		"two cells of a row are":         func(f *MemberFigures) { f.Cross.Cells[0].Old++; f.Cross.Cells[1].Old-- },
		"a month of a member is missing": func(f *MemberFigures) { f.Months.Cells = f.Months.Cells[1:] },
	} {
		f := cityFigures(t)
		change(&f)
		if m := NewMember(f, i18n.For("zh")); m.Cross.Table.Sums == CheckEqual && m.Multiples.Table.Sums == CheckEqual {
			t.Errorf("nobody notices that %s", name)
		}
	}
}

func TestACellIsColouredByTheClassesOfTheMap(t *testing.T) {
	for class, b := range map[string]queries.Burden{
		"5": {Old: 1000, New: 0, Charged: 10}, "4": {Old: 1000, New: 0, Charged: 30}, "3": {Old: 1000, New: 0, Charged: 50},
		"2": {Old: 1000, New: 0, Charged: 100}, "1": {Old: 1000, New: 0, Charged: 101}, "0": {Old: 1000, New: 1000, Charged: 1000},
	} {
		for _, by := range Ranks {
			x := crossed{builder: builder{p: i18n.For("zh")}, by: by, unit: Unit{Divisor: 100, Decimals: 2}}
			if got := x.heat("x", alone(b)); got.Class != class || got.Text == "" || !strings.Contains(got.Words, exact(b.Due())) {
				t.Errorf("%v by %s has class %q, want %q; %q, %q", b, by, got.Class, class, got.Text, got.Words)
			}
		}
	}
}

// TestAMembersHiddenCellsBearTheMark: and nothing is said about sums that hold them.
func TestAMembersHiddenCellsBearTheMark(t *testing.T) {
	f := cityFigures(t)
	cell, month := f.Cross.Cells[4], f.Months.Cells[2]
	f.Cross.Cells, f.Cross.Hidden = slices.Delete(f.Cross.Cells, 4, 5), map[[2]string]bool{{cell.Row, cell.Column}: true}
	f.Months.Cells, f.Months.Hidden = slices.Delete(f.Months.Cells, 2, 3), map[[2]string]bool{{month.Row, month.Column}: true}
	m := NewMember(f, i18n.For("zh"))
	marks := 0
	for _, line := range m.Cross.Rows {
		for _, cell := range line.Cells {
			if cell.Text == Concealed && cell.Link == "" && cell.Class == "" {
				marks++
			}
		}
	}
	if marks != 1 || m.Cross.Table.Sums != CheckNone || m.Multiples.Table.Sums != CheckNone {
		t.Errorf("%d marks, sums %q and %q", marks, m.Cross.Table.Sums, m.Multiples.Table.Sums)
	}
}

func TestSmallChartsStandOnOneAxis(t *testing.T) {
	m := NewMember(cityFigures(t), i18n.For("en")).Multiples
	last := int64(-1 << 62)
	for _, chart := range m.Charts {
		if chart.Bottom != m.Charts[0].Bottom || chart.Top != "100%" {
			t.Errorf("%s stands on %s to %s", chart.Name, chart.Bottom, chart.Top)
		}
		for _, bar := range chart.Bars {
			if bar.Height < 0 || bar.Height > 100 || bar.Top+bar.Height > 100.01 || bar.Short > bar.Top+.01 {
				t.Errorf("%s: a bar from %v with %v", chart.Name, bar.Top, bar.Height)
			}
		}
	}
	for _, r := range (builder{o: cityFigures(t).Own.Overview}).byRate(queries.ByRegion) {
		if n := permille(r.Real(), r.Due()); n < last {
			t.Errorf("%s stands behind a larger share", r.Key)
		} else {
			last = n
		}
	}
	for _, c := range []struct {
		shares []int64
		want   int64
	}{{[]int64{990, 951}, 950}, {[]int64{950}, 900}, {[]int64{-20, 900}, 0}, {nil, 950}} {
		if got := cutBelow(c.shares); got != c.want {
			t.Errorf("the axis of %v begins at %d, want %d", c.shares, got, c.want)
		}
	}
}

func TestEveryTextOfAMembersPageIsInTheCatalogue(t *testing.T) {
	for _, lang := range i18n.Languages {
		for _, by := range []string{queries.ByRegion, queries.ByIndustry, queries.BySize} {
			for _, rank := range Rankings {
				for _, key := range []string{"", map[string]string{queries.ByRegion: "320100", queries.ByIndustry: "C", queries.BySize: "small"}[by]} {
					f := cityFigures(t)
					f.By, f.Key, f.Rank, f.Shade = by, key, rank, rank
					text, err := json.Marshal(NewMember(f, i18n.For(lang)))
					if err != nil {
						t.Fatal(err)
					}
					for _, word := range strings.FieldsFunc(string(text), func(r rune) bool { return strings.ContainsRune(` "\\,:`, r) }) {
						if strings.HasPrefix(word, "web.") {
							t.Errorf("%s, by %s of %q: %q is not in the catalogue", lang, by, key, word)
						}
					}
				}
			}
		}
	}
}

func TestWhatAPageIsAboutInWords(t *testing.T) {
	o := halfJiangsu(t)
	for want, n := range map[string]queries.Narrow{
		"江苏省": {}, "南京市": {Region: "320100"}, "江苏省制造业": {Industry: "C"}, "江苏省C1391 农副食品加工业": {Industry: "C1391"}, "江苏省行业未登记单位": {Industry: "-"},
		"南京市制造业小型企业（私营）（养老保险）": {Region: "320100", Industry: "C", Size: "small", EconomicType: "private", Insurance: "pension"},
	} {
		o.View.Narrow, o.Region = n, n.Region
		b := builder{p: i18n.For("zh"), names: NewNames(i18n.For("zh")), o: o}
		if got := b.subject(); got != want {
			t.Errorf("%+v is %q, want %q", n, got, want)
		}
	}
}

func TestAMemberLeadsNowhereToItself(t *testing.T) {
	link := withoutItself(MemberFigures{By: queries.ByIndustry, Key: "C"}, func(marks ...string) string { return strings.Join(marks, "/") })
	for want, marks := range map[string][]string{"": {"division", "C"}, "division/C26": {"division", "C26"}, "region/320100": {"region", "320100"}} {
		if got := link(marks...); got != want {
			t.Errorf("%v leads to %q, want %q", marks, got, want)
		}
	}
}
