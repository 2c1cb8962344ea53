// Package region knows the administrative divisions of China (GB/T 2260, about 2019, with the development zones that
// the registers code from 71 upwards, and with the counties that changed their codes since): names, levels and who lies in whom. Loads check codes with it, pages name and
// order regions by it, and the sample province draws its counties from it.
package region

import (
	_ "embed"
	"maps"
	"slices"
	"strings"
)

//go:embed regions.csv
var regionsCSV string

//go:embed english.csv
var englishCSV string

// Tier is the level of a division.
type Tier uint8

// The three levels; TierUnknown is the level of a code that is not in the standard.
const (
	TierUnknown Tier = iota
	Province
	City
	County
)

var tierWords = []string{"unknown", "province", "city", "county"}

func (t Tier) String() string { return tierWords[t] }

// The standard's own names for what is no division by itself.
const (
	urbanDistricts   = "市辖区" // the seat under a city, and the city level of a municipality
	ruralCounties    = "县"   // the second "city" of Chongqing
	directCounties   = "省直辖县级行政区划"
	directCountiesXJ = "自治区直辖县级行政区划"
)

var (
	edition  = readNames(regionsCSV) // as of about 2019
	names    = withChanges(edition)
	english  = readNames(englishCSV)
	children = index()
)

// readNames reads "code,name" lines behind a header; a name with a comma stands in quotes.
func readNames(text string) map[string]string {
	named := make(map[string]string, 4096)
	for line := range strings.Lines(text) {
		code, name, _ := strings.Cut(strings.TrimSpace(line), ",")
		if len(code) == 6 {
			named[code] = strings.Trim(name, `"`)
		}
	}
	return named
}

// withChanges adds the counties that came later, and gives those that were renamed their names of today.
func withChanges(edition map[string]string) map[string]string {
	named := maps.Clone(edition)
	for _, change := range changes {
		named[change.Code] = change.Name
	}
	return named
}

// index lists the divisions right below each division, in the order of their codes; those below "" are the provinces.
func index() map[string][]string {
	below := make(map[string][]string, 512)
	for code, name := range names {
		if grouping(code) || name == urbanDistricts {
			continue
		}
		below[Parent(code)] = append(below[Parent(code)], code)
	}
	for _, codes := range below {
		slices.Sort(codes)
	}
	return below
}

// grouping tells whether a city-level code only groups counties that belong to the province itself.
func grouping(code string) bool {
	if Level(code) != City {
		return false
	}
	switch names[code] {
	case urbanDistricts, ruralCounties, directCounties, directCountiesXJ:
		return true
	}
	return false
}

// Known tells whether the code is one of a region: in the standard, or of a county in a known city. Registers code development
// zones and new districts in their own ways, and where units are registered, pages and issues know too.
func Known(code string) bool { return names[code] != "" || unnamed(code) }

// unnamed tells whether the code is that of a county that no list names.
func unnamed(code string) bool {
	if len(code) != 6 || strings.Trim(code, "0123456789") != "" || code[4:] == "00" || names[code] != "" {
		return false
	}
	_, before := changed[code] // of a city that is no more
	return before || names[code[:4]+"00"] != ""
}

// Level returns the level that the code has in the standard.
func Level(code string) Tier {
	switch {
	case !Known(code):
		return TierUnknown
	case code[2:] == "0000":
		return Province
	case code[4:] == "00":
		return City
	}
	return County
}

// Parent returns the division right above: of a county its city, of a city its province, of a province "". A district
// of a municipality and a county under direct provincial rule lie right below the province. An unknown code has the
// parent that its digits name, if that is known, and else "".
func Parent(code string) string {
	if len(code) != 6 || code[2:] == "0000" {
		return ""
	}
	province, city := code[:2]+"0000", code[:4]+"00"
	switch {
	case code != city && Known(city) && !grouping(city):
		return city
	case Known(province):
		return province
	}
	return ""
}

// Children lists the divisions right below, in the order of their codes: the cities of a province (the districts of
// a municipality), the counties of a city, and the provinces of "".
func Children(code string) []string {
	if grouping(code) { // 110100 and 429000: what they group
		var grouped []string
		for _, child := range children[Parent(code)] {
			if child[:4] == code[:4] {
				grouped = append(grouped, child)
			}
		}
		return grouped
	}
	return slices.Clone(children[code])
}

// ProvinceOf returns the province of a code, and "" where that is unknown.
func ProvinceOf(code string) string {
	if len(code) == 6 && Known(code[:2]+"0000") {
		return code[:2] + "0000"
	}
	return ""
}

// CityOf returns what a table by city groups the code under: its city, or the code itself where it lies right below
// the province.
func CityOf(code string) string {
	if parent := Parent(code); Level(parent) == City {
		return parent
	}
	return code
}

// Name returns the Chinese name, and the code itself where it is unknown. The city level of a municipality bears the
// municipality's name.
func Name(code string) string {
	name := names[code]
	switch {
	case name == "":
		return code
	case grouping(code) && name == urbanDistricts:
		return names[ProvinceOf(code)]
	case grouping(code) && name == ruralCounties:
		return names[ProvinceOf(code)] + name
	}
	return name
}

// FullName returns the Chinese names from the province down, such as 江苏省南京市玄武区.
func FullName(code string) string {
	if !Known(code) || grouping(code) {
		return Name(code)
	}
	full := ""
	for at := code; at != ""; at = Parent(at) {
		full = Name(at) + full
	}
	return full
}

// EnglishName returns the English name of a province or of a division of Jiangsu, and the Chinese name elsewhere.
func EnglishName(code string) string {
	if name := english[code]; name != "" {
		return name
	}
	if grouping(code) && names[code] == urbanDistricts {
		return english[ProvinceOf(code)]
	}
	if names[code] == urbanDistricts && english[Parent(code)] != "" {
		return english[Parent(code)] + " urban districts"
	}
	return Name(code)
}

// NameIn returns the name in a language of the catalogue, "zh" or "en".
func NameIn(language, code string) string {
	if language == "en" {
		return EnglishName(code)
	}
	return Name(code)
}
