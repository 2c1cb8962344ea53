package filter

import (
	"slices"
	"testing"
)

func TestWhatAScopeAllows(t *testing.T) {
	for name, c := range map[string]struct {
		scope  Scope
		region string
		want   bool
	}{
		"the zero scope sees nothing":                      {Scope{}, "320102", false},
		"not even the nation":                              {Scope{}, "000000", false},
		"everything is everything":                         {Everything(), "320102", true},
		"a province sees its districts":                    {Regions("320000"), "320102", true},
		"a province sees itself":                           {Regions("320000"), "320000", true},
		"a province does not see its neighbour":            {Regions("320000"), "330000", false},
		"a city does not see its province":                 {Regions("320100"), "320000", false},
		"a city does not see another city":                 {Regions("320100"), "320200", false},
		"a district sees itself alone":                     {Regions("320102"), "320104", false},
		"several regions are seen each":                    {Regions("320102", "510000"), "510107", true},
		"a city whose code ends in a ten is no other city": {Regions("441900"), "440100", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.scope.Allows(c.region); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestPrefixesAreNeverNil(t *testing.T) {
	if got := (Scope{}).Prefixes(); got == nil || len(got) != 0 {
		t.Errorf("the zero scope gives %#v, which a statement might take for no restriction", got)
	}
	if got, want := Regions("320000", "320102", "440100").Prefixes(), []string{"32", "320102", "4401"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAreaPrefixes(t *testing.T) {
	for code, want := range map[string]string{"320000": "32", "440100": "4401", "320102": "320102", "000000": "", "": "", "321000": "3210", "320100": "3201"} {
		if got := AreaPrefix(code); got != want {
			t.Errorf("%q: got %q, want %q", code, got, want)
		}
	}
}
