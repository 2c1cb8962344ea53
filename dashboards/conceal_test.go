package dashboards

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"jianfu/internal/i18n"
	"jianfu/queries"
)

// many gives every member of an overview a hundred persons.
func many(o queries.Overview) queries.Persons {
	p := queries.Persons{}
	p.Put("total", "", 100)
	for _, d := range memberDimensions(&o) {
		for _, r := range *d.rows {
			p.Put(d.name, r.Key, 100)
		}
	}
	for _, r := range o.ByPeriod {
		p.Put("month", monthKey(r), 100)
	}
	return p
}

func TestConcealedFiguresAreNowhere(t *testing.T) {
	o, whole := fixture(t), fixture(t)
	persons := many(o)
	few := o.ByRegion[3]
	persons.Put("region", few.Key, 2)
	concealed, hidden, err := Conceal(o, persons, 3)
	if err != nil {
		t.Fatal(err)
	}
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
	if count < 2 || hidden.All() {
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
	o := fixture(t)
	for i := range o.ByReason {
		o.ByReason[i].Units += 10
	}
	concealed, hidden, err := Conceal(o, many(o), 3)
	if err != nil || hidden.Any() {
		t.Errorf("hidden %+v, %v", hidden, err)
	}
	if diff := cmp.Diff(o, concealed); diff != "" {
		t.Error(diff)
	}
}

func TestAPageAboutTooFewPersonsShowsNothing(t *testing.T) {
	o := fixture(t)
	persons := many(o)
	persons.Put("total", "", 2)
	concealed, hidden, err := Conceal(o, persons, 3)
	if err != nil || !hidden.All() {
		t.Fatalf("hidden %+v, %v", hidden, err)
	}
	if concealed.Total.Old != 0 || concealed.ByMeasure != nil || concealed.ByRegion[0].Old != 0 || concealed.ByPeriod[0].Old != 0 {
		t.Error("figures are left")
	}
	if page := NewOverview(concealed, hidden, nil, i18n.For("en")); !page.Withheld || page.Empty {
		t.Error("the page does not say so")
	}
}
