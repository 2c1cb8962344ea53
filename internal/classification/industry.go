// Package classification holds the code lists by which units are sorted: industries (GB/T 4754-2017) with their
// work-injury risk class, registration types with the economic types they roll up to, and the size classes of
// 统计上大中小微型企业划分办法(2017). Loads normalise units with it; tables and the sample province name industries by it.
package classification

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strings"
)

//go:embed industries.csv
var industriesCSV string

// Industry is a section (one letter) or a division (letter and two digits) of GB/T 4754-2017.
type Industry struct {
	Code            string // "C" or "C13"
	NameZH          string
	NameEN          string
	WorkInjuryClass uint8 // risk class 1 to 8 of 人社部发〔2015〕71号; 0 for a section, for G59, whose groups differ, and for N79, which it lacks
}

var (
	industries  = readIndustries()
	sections    []Industry
	divisions   = map[string]Industry{} // by "C13"
	sectionOf   = map[string]string{}   // "13" → "C"
	sectionName = map[string]Industry{} // by "C"
)

func init() {
	for _, industry := range industries {
		if len(industry.Code) == 1 {
			sections = append(sections, industry)
			sectionName[industry.Code] = industry
			continue
		}
		divisions[industry.Code] = industry
		sectionOf[industry.Code[1:]] = industry.Code[:1]
	}
}

func readIndustries() []Industry {
	var list []Industry
	for _, row := range readTable(industriesCSV, 5) {
		industry := Industry{Code: row[0], NameZH: row[2], NameEN: row[3]}
		if row[1] != row[0] {
			industry.Code += row[1]
		}
		if row[4] != "" {
			industry.WorkInjuryClass = row[4][0] - '0'
		}
		list = append(list, industry)
	}
	return list
}

// readTable reads one of the embedded tables without its header; a table that does not parse is a broken build.
func readTable(text string, columns int) [][]string {
	reader := csv.NewReader(strings.NewReader(text))
	reader.FieldsPerRecord = columns
	rows, err := reader.ReadAll()
	if err != nil || len(rows) < 2 {
		panic(fmt.Sprintf("classification: embedded table: %v", err))
	}
	return rows[1:]
}

// Sections lists the twenty sections in order.
func Sections() []Industry { return append([]Industry(nil), sections...) }

// Divisions lists the divisions of a section in order, or all of them for "".
func Divisions(section string) []Industry {
	var list []Industry
	for _, industry := range industries {
		if len(industry.Code) > 1 && strings.HasPrefix(industry.Code, section) {
			list = append(list, industry)
		}
	}
	return list
}

// NormaliseIndustry brings an industry code into the form section letter and up to four digits: "1391" and "c1391"
// give "C1391", "13" gives "C13", "C" stays. It refuses a division that the standard lacks and a letter that
// contradicts the digits.
func NormaliseIndustry(code string) (string, bool) {
	code = strings.ToUpper(strings.TrimSpace(code))
	section := ""
	if code != "" && code[0] >= 'A' && code[0] <= 'Z' {
		section, code = code[:1], strings.TrimSpace(code[1:])
		if _, ok := sectionName[section]; !ok {
			return "", false
		}
		if code == "" {
			return section, true
		}
	}
	if len(code) < 2 || len(code) > 4 {
		return "", false
	}
	for i := range len(code) {
		if code[i] < '0' || code[i] > '9' {
			return "", false
		}
	}
	owner := sectionOf[code[:2]]
	if owner == "" || section != "" && section != owner {
		return "", false
	}
	return owner + code, true
}

// SectionOf returns the section letter of a code in any form that NormaliseIndustry reads, and "" for others.
func SectionOf(code string) string {
	normal, ok := NormaliseIndustry(code)
	if !ok {
		return ""
	}
	return normal[:1]
}

// DivisionOf returns letter and two digits, and "" where the code does not reach down to a division.
func DivisionOf(code string) string {
	normal, ok := NormaliseIndustry(code)
	if !ok || len(normal) < 3 {
		return ""
	}
	return normal[:3]
}

// IndustryName returns the name of the code's division, or of its section where it names only that, in "zh" or "en";
// the code itself where it is unknown.
func IndustryName(language, code string) string {
	industry, ok := divisions[DivisionOf(code)]
	if !ok {
		if industry, ok = sectionName[SectionOf(code)]; !ok {
			return code
		}
	}
	if language == "en" {
		return industry.NameEN
	}
	return industry.NameZH
}

// WorkInjuryClass returns the risk class that 人社部发〔2015〕71号 gives the code's division, and 0 where it gives none.
// The class of a unit is a fact of its registration; this is only where the class starts from.
func WorkInjuryClass(code string) uint8 {
	normal, ok := NormaliseIndustry(code)
	if !ok || len(normal) < 3 {
		return 0
	}
	if strings.HasPrefix(normal, "G59") && len(normal) > 3 {
		if normal[3] == '1' { // loading and transport agency, which the 2011 standard put with transport
			return 5
		}
		return 2 // warehousing
	}
	return divisions[normal[:3]].WorkInjuryClass
}
