package sample

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"

	"jianfu/internal/problem"
)

// dirtyUnits is how many units' last month goes into the dirty file, among the bad lines.
const dirtyUnits = 50

// cleanUnits is the number of units whose last month is in the clean file.
func (w *world) cleanUnits() int { return max(0, w.options.Units-dirtyUnits) }

// The files with something wrong in them, and the list of what it is.
const (
	dirtyContributions = dirtyFolder + "/contributions.csv"
	dirtyRegistrations = dirtyFolder + "/units.csv"
	dirtyEmpty         = dirtyFolder + "/empty.csv"
	dirtyNotCSV        = dirtyFolder + "/not-csv.csv"
	dirtyMixed         = dirtyFolder + "/mixed-encoding.csv"
	dirtyExpected      = dirtyFolder + "/expected.csv"
)

// blemish turns a good line of a contributions file into a bad one.
type blemish struct {
	kind   string
	column string
	bad    func(cells []string) []string
}

// replace puts another text into a column, by its place in recordHeader.
func replace(column int, text string) func([]string) []string {
	return func(cells []string) []string {
		cells[column] = text
		return cells
	}
}

var blemishes = []blemish{
	{"unit_check_character", "unit_id", func(cells []string) []string {
		last := cells[1][17]
		for _, c := range []byte("0123") {
			if c != last {
				cells[1] = cells[1][:17] + string(c)
				break
			}
		}
		return cells
	}},
	{"month_out_of_range", "period", replace(2, "2019-13")},
	{"rate_without_percent_sign", "employer_rate", replace(9, "16")},
	{"letters_in_amount", "employer_amount", replace(10, "12O.5O")},
	{"negative_base", "base", replace(8, "-3368.00")},
	{"missing_columns", "", func(cells []string) []string { return cells[:9] }},
	{"unknown_insurance", "insurance", replace(3, "house_fund")},
	{"unit_not_registered", "unit_id", replace(1, "91350100M000100Y43")},
	{"wage_too_precise", "wage", replace(7, "3368.005")},
	{"record_without_id", "record_id", replace(0, "")},
	{"day_out_of_range", "received_on", replace(13, "2019-02-30")},
	{"unknown_entry_type", "entry_type", replace(4, "gift")},
}

// writeDirty writes the last month of the last units with bad lines among the good ones, a file of registrations with
// bad ones, and files that are no such files at all. expected.csv says which line is wrong in which column; the good
// lines are part of the province and must load.
func (w *world) writeDirty(out *folder, serial int64) (int64, error) {
	if err := os.MkdirAll(filepath.Join(out.dir, dirtyFolder), 0o755); err != nil {
		return serial, problem.Wrap(err, "sample_write", "dir", out.dir)
	}
	expected := []byte("file,line,column,kind\n")
	last := len(w.months) - 1
	var b block
	for number := w.cleanUnits(); number < w.options.Units; number++ {
		u := w.unit(number)
		if err := w.appendUnitMonth(&b, &u, number, last); err != nil {
			return serial, err
		}
	}
	serial = b.number(serial)
	text := []byte(recordHeader)
	lines, bad := bytes.SplitAfter(b.text, []byte("\n")), 0
	line := 1
	for i, good := range lines {
		if len(good) == 0 {
			continue
		}
		text, line = append(text, good...), line+1
		if i%4 == 2 && bad < 4*len(blemishes) || i == 0 {
			kind := blemishes[bad%len(blemishes)]
			cells := strings.Split(strings.TrimSuffix(string(good), "\n"), ",")
			cells[0] = fmt.Sprintf("X%09d", bad+1)
			text = append(text, strings.Join(kind.bad(cells), ",")+"\n"...)
			bad, line = bad+1, line+1
			expected = fmt.Appendf(expected, "%s,%d,%s,%s\n", dirtyContributions, line, kind.column, kind.kind)
		}
	}
	registrations, wrong := w.dirtyRegistrations()
	expected = append(expected, wrong...)
	expected = fmt.Appendf(expected, "%s,,,empty_file\n%s,,,not_csv\n%s,3,name,encoding\n", dirtyEmpty, dirtyNotCSV, dirtyMixed)
	for _, file := range []struct {
		name string
		data []byte
	}{
		{dirtyContributions, text},
		{dirtyRegistrations, registrations},
		{dirtyEmpty, nil},
		{dirtyNotCSV, []byte("PK\x03\x04\x14\x00\x00\x00\x08\x00\x00\x00!\x00\x00\x01\x02\x03\xff\xfe\x00[Content_Types].xml")},
		{dirtyMixed, w.mixedEncoding()},
		{dirtyExpected, expected},
	} {
		if err := out.put(file.name, file.data); err != nil {
			return serial, err
		}
	}
	return serial, nil
}

// dirtyRegistrations repeats a few registrations, each but the first with something wrong in it.
func (w *world) dirtyRegistrations() (text, expected []byte) {
	text = []byte(unitsHeader)
	for i, bad := range []struct {
		column int
		value  string
		name   string
		kind   string
	}{
		{-1, "", "", ""},
		{0, "91350100M000100Y44", "unit_id", "unit_check_character"},
		{0, "91350100M00010", "unit_id", "unit_code_length"},
		{2, "32O102", "region_code", "region_code_letters"},
		{3, "Z99", "industry_code", "unknown_industry"},
		{5, "castle", "unit_kind", "unknown_unit_kind"},
		{6, "a dozen", "employees", "letters_in_number"},
		{10, "9", "risk_class", "risk_class_out_of_range"},
	} {
		u := w.unit(i % w.options.Units)
		cells := strings.Split(strings.TrimSuffix(string(appendRegistration(nil, &u.registrations[0])), "\n"), ",")
		if bad.column >= 0 {
			cells[bad.column] = bad.value
			expected = fmt.Appendf(expected, "%s,%d,%s,%s\n", dirtyRegistrations, i+2, bad.name, bad.kind)
		}
		text = append(text, strings.Join(cells, ",")+"\n"...)
	}
	return text, expected
}

// mixedEncoding is a UTF-8 file in which one name was pasted in GB18030.
func (w *world) mixedEncoding() []byte {
	text := []byte("\xef\xbb\xbf" + unitsHeader)
	for number := range min(3, w.options.Units) {
		u := w.unit(number)
		line := appendRegistration(nil, &u.registrations[0])
		if number == 1 {
			name := u.registrations[0].Name
			if other, err := simplifiedchinese.GB18030.NewEncoder().String(name); err == nil {
				line = bytes.Replace(line, []byte(name), []byte(other), 1)
			}
		}
		text = append(text, line...)
	}
	return text
}
