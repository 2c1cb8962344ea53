package dashboards

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"jianfu/internal/dimension"
	"jianfu/internal/disclosure"
	"jianfu/internal/filter"
	"jianfu/internal/i18n"
	"jianfu/queries"
)

// least is from how many persons on figures are shown in these tests.
const least = 3

// decided are the decisions on an overview in which every member has a hundred persons but those named, by dimension and
// key; and what they hide of it.
func decided(o queries.Overview, few map[string]uint64) Hidden {
	may := []disclosure.Time{{Month: 201905}}
	persons := func(name string) []uint64 {
		if n, ok := few[name]; ok {
			return []uint64{n}
		}
		return []uint64{100}
	}
	d := &Decisions{Least: least, Lines: map[string]*disclosure.Line{}, Tables: map[[2]string]*disclosure.Table{}}
	d.Whole = disclosure.NewLine(axes[""], least, []disclosure.Count{{At: may, Persons: persons("total|")}})
	d.Fates = d
	h := NewHidden(d, filter.Everything(), o.View.Narrow, true)
	counts := map[string][]disclosure.Count{}
	for _, dimension := range memberDimensions(&o) {
		axis := steps[h.level(dimension.name)].axis
		for _, r := range *dimension.rows {
			counts[axis] = append(counts[axis], disclosure.Count{X: r.Key, At: may, Persons: persons(dimension.name + "|" + r.Key)})
		}
	}
	for _, r := range o.ByReason {
		counts[queries.AxisReason] = append(counts[queries.AxisReason], disclosure.Count{X: r.Reason, At: may, Persons: persons("reason|" + r.Reason)})
	}
	for _, axis := range Axes {
		d.Lines[axis] = disclosure.NewLine(axes[axis], least, counts[axis])
	}
	return h
}

func TestConcealedFiguresAreNowhere(t *testing.T) {
	o, whole := halfJiangsu(t), halfJiangsu(t)
	few := o.ByRegion[3]
	concealed, hidden := Conceal(o, decided(o, map[string]uint64{"region|" + few.Key: 2}))
	if diff := cmp.Diff(whole, o); diff != "" {
		t.Errorf("the overview that was given, which others share, is changed:\n%s", diff)
	}
	count := 0
	for _, r := range concealed.ByRegion {
		if hidden.Of("region", r.Key) {
			count++
			if r.Old != 0 || r.Units != 0 || r.Headcount != 0 || r.States.Total() != 0 {
				t.Errorf("%s still has figures", r.Key)
			}
		}
	}
	if count < 2 || hidden.All() || len(concealed.ByRegion) != len(o.ByRegion) {
		t.Errorf("%d regions are hidden; one alone is the total less the others", count)
	}
	page := NewOverview(concealed, hidden, nil, i18n.For("zh"))
	text, err := json.Marshal(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, figure := range []string{few.Due().String(), exact(few.Old), exact(few.Charged)} {
		if strings.Contains(string(text), figure) {
			t.Errorf("the page still holds %s", figure)
		}
	}
	if page.Regions.Table.Sums != CheckNone || page.Industries.Table.Sums != CheckEqual || page.Note == "" {
		t.Errorf("sums %q and %q, note %q", page.Regions.Table.Sums, page.Industries.Table.Sums, page.Note)
	}
}

func TestNothingIsConcealedWhereThereAreMany(t *testing.T) {
	o := halfJiangsu(t)
	concealed, hidden := Conceal(o, decided(o, nil))
	if hidden.Any() {
		t.Errorf("hidden %+v", hidden)
	}
	for i := range o.ByReason { // of two axes at once, on which nothing was decided
		o.ByReason[i].ByRegion = nil
	}
	o.Increased = []queries.IncreasedRow{}
	if diff := cmp.Diff(o, concealed); diff != "" {
		t.Error(diff)
	}
}

func TestBandsOfFewPersonsAreConcealedWithWhatGivesThemAway(t *testing.T) {
	o := halfJiangsu(t)
	at := slices.IndexFunc(o.ByBand, func(r queries.BandRow) bool { return r.Size == "large" && r.Band == "rose_to_5" })
	o.ByBand[at].Fewest = 2
	concealed, hidden := Conceal(o, decided(o, nil))
	if !hidden.Band("large", "rose_to_5") || !hidden.Any() {
		t.Fatalf("hidden %+v", hidden)
	}
	bySize, byBand := 0, 0
	for i, r := range concealed.ByBand {
		if !hidden.Band(r.Size, r.Band) {
			continue
		}
		if r.Units != 0 || r.Persons != 0 || o.ByBand[i].Units == 0 {
			t.Errorf("%+v still has figures, or never had", r)
		}
		if r.Size == "large" {
			bySize++
		}
		if r.Band == "rose_to_5" {
			byBand++
		}
	}
	if bySize < 2 || byBand < 2 {
		t.Errorf("%d bands of the size and %d sizes of the band are hidden; one alone is the total less the others", bySize, byBand)
	}
	page := NewOverview(concealed, hidden, nil, i18n.For("zh"))
	if page.Bands.Table.Sums != CheckNone || page.Bands.Rows[4].Cells[1].Count != Concealed || page.Bands.Rows[4].Cells[1].Share != 0 {
		t.Errorf("the band is shown as %+v, sums %q", page.Bands.Rows[4].Cells[1], page.Bands.Table.Sums)
	}
}

func TestWhereReasonsLieAndBurdensRoseIsShownToWhoMaySeeIt(t *testing.T) {
	o := halfJiangsu(t)
	concealed, _ := Conceal(o, decided(o, nil))
	for _, r := range concealed.ByReason {
		if r.ByRegion != nil {
			t.Errorf("%s lies in %v, on which nothing was decided", r.Reason, r.ByRegion)
		}
	}
	if len(concealed.Increased) > 0 {
		t.Errorf("burdens rose in %v, on which nothing was decided", concealed.Increased)
	}
	all, _ := Conceal(o, Hidden{})
	if len(all.Increased) != len(o.Increased) || len(all.ByReason[0].ByRegion) != 3 {
		t.Error("who may see records is kept from something")
	}
}

func TestAPageAboutTooFewPersonsShowsNothing(t *testing.T) {
	o := halfJiangsu(t)
	concealed, hidden := Conceal(o, decided(o, map[string]uint64{"total|": 2}))
	if !hidden.All() || !hidden.Any() || !hidden.Month(o.ByPeriod[0].Period) {
		t.Fatalf("hidden %+v", hidden)
	}
	if diff := cmp.Diff(queries.Overview{View: o.View, Region: o.Region, Stamp: o.Stamp}, concealed); diff != "" {
		t.Errorf("figures are left, or members behind which there is somebody:\n%s", diff)
	}
	if page := NewOverview(concealed, hidden, nil, i18n.For("en")); !page.Withheld || page.Empty || page.Deep {
		t.Error("the page does not say so")
	}
}

func TestWhoMaySeeRecordsSeesAll(t *testing.T) {
	o := halfJiangsu(t)
	if concealed, hidden := Conceal(o, Hidden{}); hidden.Any() || hidden.All() || hidden.Closed("size") || cmp.Diff(o, concealed) != "" {
		t.Errorf("hidden %+v", hidden)
	}
}

// TestNoMoreThanTwoAtOnce: what is not decided on is not shown.
func TestNoMoreThanTwoAtOnce(t *testing.T) {
	marks := slices.Concat([]string{"region", "section"}, dimension.IDs(dimension.Lists()), []string{"reason"})
	o := halfJiangsu(t)
	for name, c := range map[string]struct {
		narrow queries.Narrow
		deep   bool
		closed []string
	}{
		"everything": {queries.Narrow{}, false, nil},
		"a city":     {queries.Narrow{Region: "320500"}, false, nil},
		"a division in a city": {queries.Narrow{Region: "320500", Industry: "C26"}, false,
			append(dimension.IDs(dimension.Lists()), "reason")},
		"small units of a division in a city": {queries.Narrow{Region: "320500", Industry: "C26", Size: "small"}, true,
			marks},
	} {
		o.View.Narrow = c.narrow
		h := decided(o, nil)
		var closed []string
		for _, dimension := range marks {
			if h.Closed(dimension) {
				closed = append(closed, dimension)
			}
		}
		if h.Deep != c.deep || !slices.Equal(closed, c.closed) {
			t.Errorf("%s: deep %v, closed %v", name, h.Deep, closed)
		}
		if len(h.at) > 0 && !h.Of("size", "small") {
			t.Errorf("%s: what was not decided on is shown", name)
		}
		if c.deep {
			concealed, hidden := Conceal(o, h)
			if page := NewOverview(concealed, hidden, nil, i18n.For("zh")); !page.Withheld || !page.Deep || len(concealed.BySize) > 0 {
				t.Errorf("%s: the page does not say so", name)
			}
		}
	}
}

func TestATokenOfSomeRegionsSeesTheirSumWhereEachIsShown(t *testing.T) {
	o := halfJiangsu(t)
	d := decided(o, map[string]uint64{"region|" + o.ByRegion[3].Key: 2}).decisions
	shown, hidden := "", o.ByRegion[3].Key
	line := d.Lines["region"]
	for _, r := range o.ByRegion {
		if !line.Hidden(axes["region"].Named(filter.AreaPrefix(r.Key))) {
			shown = r.Key
		}
	}
	for want, scope := range map[bool]filter.Scope{false: filter.Regions(shown), true: filter.Regions(shown, hidden)} {
		if h := NewHidden(d, scope, queries.Narrow{}, false); h.All() != want {
			t.Errorf("%v: hidden %v", scope, h.All())
		}
	}
}

func TestCellsOfACrossingAreHiddenWithOrWithoutAnybodyBehindThem(t *testing.T) {
	o := halfJiangsu(t)
	h := decided(o, nil)
	may := []disclosure.Time{{Month: 201905}}
	cross := queries.Cross{Rows: queries.ByRegion, Columns: queries.BySize}
	var counts []disclosure.Count
	few := [2]string{o.ByRegion[0].Key, o.BySize[0].Key}
	nobody := [2]string{o.ByRegion[1].Key, o.BySize[1].Key}
	for i, r := range o.ByRegion {
		for n, s := range o.BySize {
			at := [2]string{r.Key, s.Key}
			if at == nobody {
				continue
			}
			persons := uint64(50 + 10*i + n) //nolint:gosec // small
			if at == few {
				persons = 1
			}
			counts = append(counts, disclosure.Count{X: r.Key, Y: s.Key, At: may, Persons: []uint64{persons}})
			cross.Cells = append(cross.Cells, queries.CrossCell{Row: r.Key, Column: s.Key, Units: persons})
		}
	}
	lines := h.decisions.Lines
	h.decisions.Tables[[2]string{"region", "size"}] = disclosure.NewTable(lines["region"], lines["size"], least, counts)
	c := ConcealCrossing(o, h, cross)
	if !c.Concealed(few[0], few[1]) || len(c.Hidden) < 4 || len(c.Hidden) > 6 {
		t.Fatalf("hidden are %v", c.Hidden)
	}
	if _, there := c.Hidden[nobody]; there != (c.Concealed(few[0], nobody[1]) && c.Concealed(nobody[0], few[1])) {
		t.Errorf("a cell with nobody behind it gives a rectangle away: %v", c.Hidden)
	}
	for _, cell := range c.Cells {
		if c.Concealed(cell.Row, cell.Column) {
			t.Errorf("%v still has figures", cell)
		}
	}
	months := ConcealCrossing(o, h, queries.Cross{Rows: queries.ByMonth, Columns: queries.BySize})
	deep := ConcealCrossing(o, decided(queries.Overview{View: queries.View{Narrow: queries.Narrow{Region: "320500"}}}, nil), queries.Cross{Rows: queries.ByIndustry, Columns: queries.BySize})
	if len(months.Hidden) != 0 || len(deep.Hidden) != len(o.ByIndustry)*len(o.BySize) {
		t.Errorf("months hide %v, three at once %d", months.Hidden, len(deep.Hidden))
	}
}
