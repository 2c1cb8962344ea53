package dimension

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"jianfu/internal/contribution"
)

// property is what a field is called in JSON.
func property(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// TestEveryDimensionIsInEveryRecord: the structures have a field of each dimension, in the order of All, and it is the one that the
// table gives.
func TestEveryDimensionIsInEveryRecord(t *testing.T) {
	var narrow Narrow
	var by By[string]
	narrows, lists := reflect.TypeFor[Narrow](), reflect.TypeFor[By[string]]()
	if narrows.NumField() != len(All) || lists.NumField() != len(All) {
		t.Fatalf("%d dimensions, %d fields of Narrow, %d of By", len(All), narrows.NumField(), lists.NumField())
	}
	for i, d := range All {
		*d.Field(&narrow), *by.Of(d) = d.ID, d.ID
		if property(narrows.Field(i)) != d.ID || reflect.ValueOf(narrow).Field(i).String() != d.ID {
			t.Errorf("%s: Narrow has %s there", d.ID, narrows.Field(i).Name)
		}
		if property(lists.Field(i)) != "by_"+d.ID || reflect.ValueOf(by).Field(i).String() != d.ID {
			t.Errorf("%s: By has %s there", d.ID, lists.Field(i).Name)
		}
	}
	if !slices.Equal(narrow.Values(), IDs(All)) {
		t.Errorf("the values are %v", narrow.Values())
	}
	var words Words
	all := reflect.TypeFor[Words]()
	if all.NumField() != len(OfUnits()) {
		t.Fatalf("%d fields of Words, %d dimensions of units", all.NumField(), len(OfUnits()))
	}
	for i, d := range OfUnits() {
		*d.Listed(&words) = d.ID
		if f := all.Field(i); property(f) != d.ID || f.Tag.Get("ch") != d.Column || reflect.ValueOf(words).Field(i).String() != d.ID || words.Of(d) != d.ID {
			t.Errorf("%s: Words has %s there", d.ID, f.Name)
		}
	}
	if text, err := json.Marshal(SomeWords{}); err != nil || string(text) != "{}" {
		t.Errorf("no words are written as %s, %v", text, err)
	}
}

func TestADimensionIsFoundByWhatItIsCalled(t *testing.T) {
	for name, want := range map[string]*Dimension{
		"region": Regions, "province": Regions, "county": Regions, "section": Industries, "industry": Industries, "division": Industries, "size": Sizes, "insurance": Insurances,
		"month": nil, "": nil,
	} {
		if d, ok := Named(name); d != want || ok != (want != nil) {
			t.Errorf("%q is %v", name, d)
		}
	}
	if d, ok := OfColumn("region_code"); d != Regions || !ok {
		t.Errorf("region_code is of %v", d)
	}
	if got := strings.Join(CommonLevels(), " "); got != "city county section division size economic_type unit_kind insurance" {
		t.Errorf("forms offer %s", got)
	}
}

func TestOneStepBelow(t *testing.T) {
	for _, c := range []struct {
		d      *Dimension
		digits int
		want   string
	}{
		{Regions, 0, "city"}, {Regions, 2, "city"}, {Regions, 4, "county"}, {Regions, 6, "county"},
		{Industries, 0, "section"}, {Industries, 1, "division"}, {Industries, 3, "industry"}, {Industries, 4, "industry"}, {Industries, 5, "industry"},
		{Sizes, 0, "size"}, {Sizes, 5, "size"},
	} {
		if got := c.d.StepBelow(c.digits).ID; got != c.want {
			t.Errorf("below %d digits of %s is %s, want %s", c.digits, c.d.ID, got, c.want)
		}
	}
}

func TestAKeyIsReadAndHolds(t *testing.T) {
	for _, c := range []struct {
		d          *Dimension
		text, want string
		known      bool
	}{
		{Regions, "320100", "320100", true}, {Regions, "999999", "999999", false}, {Industries, "26", "C26", true}, {Industries, "-", "-", true}, {Regions, "-", "-", false},
		{Sizes, "small", "small", true}, {Sizes, "-", "-", false}, {Insurances, "Pension", "Pension", false},
	} {
		if key, known := c.d.Read(c.text); known != c.known || known && key != c.want {
			t.Errorf("%s %q is read as %q, %v", c.d.ID, c.text, key, known)
		}
	}
	unit := contribution.Unit{RegionCode: "320102", IndustryCode: "C2613", Size: contribution.Small, Kind: contribution.Enterprise}
	plain := contribution.Unit{RegionCode: "320102"}
	for name, c := range map[string]struct {
		n    Narrow
		unit contribution.Unit
		want bool
	}{
		"everything": {Narrow{}, unit, true}, "its province": {Narrow{Region: "320000"}, unit, true}, "another city": {Narrow{Region: "320500"}, unit, false},
		"its division": {Narrow{Industry: "C26"}, unit, true}, "no industry": {Narrow{Industry: Nothing}, unit, false}, "none, of one without": {Narrow{Industry: Nothing}, plain, true},
		"its size": {Narrow{Size: "small"}, unit, true}, "another kind": {Narrow{UnitKind: "institution"}, unit, false}, "an insurance": {Narrow{Insurance: "pension"}, unit, true},
	} {
		if got := c.n.Holds(c.unit); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	var n Narrow
	if d, ok := n.Step("division", ""); !ok || d != Industries || n.Industry != Nothing {
		t.Errorf("a step to the units without an industry narrows to %+v", n)
	}
	if _, ok := n.Step("month", "201905"); ok {
		t.Error("a month is taken for a dimension")
	}
}
