package classification

import (
	_ "embed"
	"strings"
)

// The groups of each division, and for divisions 01 to 09 the classes of each group too, since their codes lose a leading
// zero; with the classes that only GB/T 4754-2011 has.
//
//go:embed industry_codes.csv
var industryCodesCSV string

// listedCodes holds the codes of industryCodesCSV.
var listedCodes = func() map[string]bool {
	listed := map[string]bool{}
	for _, row := range readTable(industryCodesCSV, 3) {
		for _, digit := range row[1] {
			listed[row[0]+string(digit)] = true
		}
	}
	return listed
}()

// Reading is how a code of a file was understood.
type Reading uint8

// The readings.
const (
	AsWritten Reading = iota
	Restored          // it had lost its leading zero, and means nothing without
	Unsure            // it means one thing as it stands and another with a leading zero; it was read as it stands
	Unlisted          // its division is right, and no edition of the standard has its group
)

// ReadIndustry brings the code of a file into the form of NormaliseIndustry, after a look at all of it: 610 is no group of
// any division, and with the zero that a spreadsheet cut off it is coal, B0610.
func ReadIndustry(code string) (normal string, how Reading, ok bool) {
	code = strings.ToUpper(strings.TrimSpace(code))
	section, digits := "", code
	if code != "" && code[0] >= 'A' && code[0] <= 'Z' {
		section, digits = code[:1], strings.TrimSpace(code[1:])
	}
	normal, ok = NormaliseIndustry(code)
	zero, known := "", false
	if len(digits) > 0 && len(digits) < 4 && digits[0] != '0' {
		if zero, known = NormaliseIndustry(section + "0" + digits); known {
			known = listed(zero[1:])
		}
	}
	switch {
	case ok && listed(normal[1:]):
		if known {
			how = Unsure
		}
		return normal, how, true
	case known:
		return zero, Restored, true
	case ok:
		return normal, Unlisted, true
	}
	return "", AsWritten, false
}

// listed tells whether the standard has digits. Beyond division 09 it is asked for the group alone; zeros behind a division
// stand for no group, as registers write them.
func listed(digits string) bool {
	switch {
	case len(digits) < 3:
		return true // NormaliseIndustry knows the divisions
	case strings.Trim(digits[2:], "0") == "":
		return len(digits) == 4 || listedCodes[digits]
	case digits[0] == '0':
		return listedCodes[digits]
	}
	return listedCodes[digits[:3]]
}

// sections2011 are the divisions with which each section starts in GB/T 4754-2011, from the first that later moved.
var sections2011 = []struct{ section, first string }{{"O", "79"}, {"P", "82"}, {"Q", "83"}, {"R", "85"}, {"S", "90"}, {"T", "96"}}

// Of2011 tells whether a code that GB/T 4754-2017 refuses fits GB/T 4754-2011: its letter goes with its division there.
func Of2011(code string) bool {
	code = strings.ToUpper(strings.TrimSpace(code))
	if _, known := NormaliseIndustry(code); known || len(code) < 3 || strings.Trim(code[1:], "0123456789") != "" {
		return false
	}
	section := ""
	for _, s := range sections2011 {
		if code[1:3] >= s.first && code[1:3] <= "96" {
			section = s.section
		}
	}
	return section == code[:1]
}
