package region

import "testing"

func TestEachChangeIsOfCountiesOfOneProvince(t *testing.T) {
	taken := map[string]string{}
	for i, c := range changes {
		if Level(c.Code) != County || i > 0 && changes[i-1].Code >= c.Code && c.Code[:2] == changes[i-1].Code[:2] {
			t.Errorf("%s %s is no county, or out of order", c.Code, c.Name)
		}
		if Name(c.Code) != c.Name {
			t.Errorf("%s is called %s", c.Code, Name(c.Code))
		}
		for _, before := range c.Before {
			if taken[before] != "" || before == c.Code || ProvinceOf(before) != ProvinceOf(c.Code) {
				t.Errorf("%s took the place of %s, as %s did", c.Code, before, taken[before])
			}
			taken[before] = c.Code
		}
	}
}

func TestAChangeIsFoundFromBothSides(t *testing.T) {
	for code, want := range map[string]string{"320684": "320614", "320614": "320614", "320602": "320613", "320611": "320613", "371202": "370116", "330113": "330113", "320102": ""} {
		if c, _ := ChangeOf(code); c.Code != want {
			t.Errorf("%s: %s", code, c.Code)
		}
	}
	for code, want := range map[string]string{"320614": "2020-07", "320684": "", "130502": "", "370116": "", "330113": "2021-04"} {
		if got := Came(code); got.String() != want && (got != 0 || want != "") {
			t.Errorf("%s came %s, want %q", code, got, want)
		}
	}
}
