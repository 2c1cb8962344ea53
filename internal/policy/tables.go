package policy

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"jianfu/internal/contribution"
	"jianfu/internal/detection"
	"jianfu/internal/money"
	"jianfu/internal/period"
)

// The columns of the two tables; the first ones must be there, a missing later one reads as empty.
var (
	rateColumns = []string{"area", "insurance", "payer", "from", "rate",
		"unit_kind", "size", "risk_class", "to", "factor", "measure", "elective", "document_no", "checked_on"}
	baseColumns = []string{"area", "insurance", "from", "floor", "cap",
		"unit_kind", "to", "rounding", "average_wage", "measure", "elective", "document_no", "checked_on"}
)

const requiredColumns = 5

// maxFactor bounds a factor row; a factor raises a rate only in a misprint.
const maxFactor = 10 * money.One

// decodeText drops a byte order mark and turns GB18030, as Chinese spreadsheets save it, into UTF-8.
func decodeText(data []byte) []byte {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if utf8.Valid(data) {
		return data
	}
	if decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data); err == nil {
		return decoded
	}
	return data
}

// line is one line of a table while it is read; the first thing wrong with it is reported by the cell's column.
type line struct {
	file    string
	number  int
	columns map[string]int
	cells   []string
	found   *findings
	broken  bool
}

func (l *line) text(column string) string {
	i, ok := l.columns[column]
	if !ok || i >= len(l.cells) {
		return ""
	}
	return strings.TrimSpace(l.cells[i])
}

func (l *line) fail(column, code string, values ...any) {
	l.broken = true
	l.found.fail(l.file, l.number, column, code, append([]any{"value", l.text(column)}, values...)...)
}

// word reads a cell that holds a word of a code list, or nothing.
func word[T ~uint8](l *line, column string, parse func(string) (T, bool), all []T, name func(T) string) T {
	text := l.text(column)
	if text == "" {
		return 0
	}
	value, ok := parse(text)
	if !ok {
		known := make([]string, len(all))
		for i, v := range all {
			known[i] = name(v)
		}
		l.fail(column, "policy_bad_word", "known", strings.Join(known, ", "))
	}
	return value
}

// month reads a month; an empty cell is zero.
func (l *line) month(column string) period.Period {
	text := l.text(column)
	if text == "" {
		return 0
	}
	year, month, _, problem := period.ParseDate([]byte(text))
	if problem != period.None {
		l.fail(column, datedProblem(problem, "policy_bad_month"))
		return 0
	}
	return period.Of(year, month)
}

// datedProblem is the code for what is wrong with a month or a day; what a spreadsheet did to it has its own.
func datedProblem(problem period.Problem, otherwise string) string {
	switch problem {
	case period.MonthName:
		return "policy_month_name"
	case period.Serial:
		return "policy_date_serial"
	}
	return otherwise
}

// rate reads a fraction within 0 and most; an empty cell is none.
func (l *line) rate(column string, most money.Rate) (money.Rate, bool) {
	text := l.text(column)
	if text == "" {
		return 0, false
	}
	r, err := money.ParseRate(text)
	if err != nil && money.IsNumber([]byte(text)) {
		l.fail(column, "policy_rate_decimals")
	} else if err != nil {
		l.fail(column, "policy_bad_rate")
	} else if r < 0 || r > most {
		l.fail(column, "policy_rate_out_of_range", "most", most)
	}
	return r, true
}

// limit reads an amount that is not negative; an empty cell is none.
func (l *line) limit(column string) (money.Fen, bool) {
	text := l.text(column)
	if text == "" {
		return 0, false
	}
	amount, err := money.Parse(text)
	if err != nil || amount < 0 {
		l.fail(column, "policy_bad_amount")
	}
	return amount, true
}

func (l *line) yes(column string) bool {
	switch strings.ToLower(l.text(column)) {
	case "yes", "是":
		return true
	case "", "no", "否":
		return false
	}
	l.fail(column, "policy_bad_word", "known", "yes, no")
	return false
}

// checkedOn reads a day and writes it as 2026-11-01, whatever a spreadsheet made of it.
func (l *line) checkedOn() string {
	text := l.text("checked_on")
	if text == "" {
		return ""
	}
	year, month, day, problem := period.ParseDate([]byte(text))
	if problem != period.None || day == 0 {
		l.fail("checked_on", datedProblem(problem, "policy_bad_date"))
		return ""
	}
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Format("2006-01-02")
}

// common reads the columns that both tables have.
func (l *line) common(measures map[string]int) Row {
	row := Row{
		Line:       l.number,
		Area:       l.text("area"),
		Insurance:  word(l, "insurance", contribution.ParseInsurance, contribution.Insurances, contribution.Insurance.String),
		Kind:       word(l, "unit_kind", contribution.ParseUnitKind, contribution.UnitKinds, contribution.UnitKind.String),
		From:       l.month("from"),
		To:         l.month("to"),
		Measure:    l.text("measure"),
		Elective:   l.yes("elective"),
		DocumentNo: l.text("document_no"),
		CheckedOn:  l.checkedOn(),
	}
	if !areaOK(row.Area) {
		l.fail("area", "policy_bad_area")
	}
	row.prefix = areaPrefix(row.Area)
	if row.From == 0 && l.text("from") == "" {
		l.fail("from", "policy_from_missing")
	}
	if row.To != 0 && row.To < row.From {
		l.fail("to", "policy_to_before_from", "from", row.From)
	}
	if row.Measure != "" {
		i, known := measures[row.Measure]
		if !known {
			l.fail("measure", "policy_row_unknown_measure")
		}
		row.measure = i
	}
	if row.Insurance != 0 {
		row.keys++
	}
	if row.Kind != 0 {
		row.keys++
	}
	return row
}

// parseRates reads rates.csv; rows with a problem are reported and left out.
func parseRates(data []byte, measures map[string]int, found *findings) []RateRow {
	var rows []RateRow
	eachLine(RatesFile, data, rateColumns, requiredColumns, found, func(l *line) {
		row := RateRow{
			Row:   l.common(measures),
			Payer: word(l, "payer", contribution.ParsePayer, contribution.Payers, contribution.Payer.String),
			Size:  word(l, "size", contribution.ParseSize, contribution.Sizes, contribution.Size.String),
		}
		if text := l.text("risk_class"); text != "" {
			class, err := strconv.ParseUint(text, 10, 8)
			if err != nil || class < 1 || class > 8 {
				l.fail("risk_class", "policy_bad_risk_class")
			}
			row.RiskClass = uint8(class) //nolint:gosec // parsed into 8 bits
		}
		rate, hasRate := l.rate("rate", money.One)
		factor, hasFactor := l.rate("factor", maxFactor)
		if hasRate == hasFactor {
			l.fail("rate", "policy_rate_or_factor")
		}
		row.Rate, row.Factor, row.IsFactor = rate, factor, hasFactor
		for _, named := range []bool{row.Payer != 0, row.Size != 0, row.RiskClass != 0} {
			if named {
				row.keys++
			}
		}
		if !l.broken {
			rows = append(rows, row)
		}
	})
	return rows
}

// parseBases reads bases.csv; rows with a problem are reported and left out.
func parseBases(data []byte, measures map[string]int, found *findings) []BaseRow {
	var rows []BaseRow
	eachLine(BasesFile, data, baseColumns, requiredColumns, found, func(l *line) {
		row := BaseRow{Row: l.common(measures), Rounding: RoundFen, AverageWage: l.text("average_wage")}
		row.Floor, row.HasFloor = l.limit("floor")
		row.Cap, row.HasCap = l.limit("cap")
		if row.HasFloor && row.HasCap && row.Floor > row.Cap {
			l.fail("floor", "policy_floor_above_cap", "cap", row.Cap)
		}
		if text := l.text("rounding"); text != "" {
			i := slices.Index(baseRoundingIDs, text)
			if i < 1 {
				l.fail("rounding", "policy_bad_word", "known", strings.Join(baseRoundingIDs[1:], ", "))
			}
			row.Rounding = BaseRounding(max(i, 1)) //nolint:gosec // four of them
		}
		if !l.broken {
			rows = append(rows, row)
		}
	})
	return rows
}

// parseRules reads rules.csv, if the pack has one: each row overrides the rule of its id, cells that are left empty and
// columns that are left out keep what ships with the program.
func parseRules(data []byte, found *findings) detection.Rules {
	rules := detection.Shipped
	if data == nil {
		return rules
	}
	seen := map[string]bool{}
	warned := &findings{}
	eachLine(RulesFile, data, detection.Columns, 1, warned, func(l *line) {
		cells := map[string]string{}
		for _, column := range detection.Columns {
			cells[column] = l.text(column)
		}
		changed, wrong := rules.With(cells)
		switch {
		case wrong != nil:
			warned.fail(RulesFile, l.number, wrong.Column, wrong.Fault.Code, wrong.Fault.Values...)
		case seen[cells["id"]]:
			l.fail("id", "policy_id_twice")
		default:
			rules, seen[cells["id"]] = changed, true
		}
	})
	for _, f := range warned.list {
		if f.Code != "policy_column_missing" || f.Severity == SeverityError {
			found.list = append(found.list, f)
		}
	}
	return rules
}

// eachLine reads the header, reports what is wrong with it, and calls read for each line that is not blank.
func eachLine(file string, data []byte, columns []string, required int, found *findings, read func(*line)) {
	reader := csv.NewReader(bytes.NewReader(decodeText(data)))
	reader.FieldsPerRecord = -1
	header, err := reader.Read()
	if err != nil {
		failCSV(file, err, found)
		return
	}
	index := map[string]int{}
	for i, name := range header {
		name = strings.ToLower(strings.TrimSpace(name))
		_, twice := index[name]
		switch {
		case twice:
			found.fail(file, 1, name, "policy_column_twice")
		case name == "" || !slices.Contains(columns, name):
			found.warn(file, 1, name, "policy_unknown_column")
		default:
			index[name] = i
		}
	}
	for i, name := range columns {
		if _, ok := index[name]; ok {
			continue
		}
		if i < required {
			found.fail(file, 1, name, "policy_column_missing")
			return
		}
		found.warn(file, 1, name, "policy_column_missing")
	}
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			failCSV(file, err, found)
			return
		}
		if !slices.ContainsFunc(cells, func(cell string) bool { return strings.TrimSpace(cell) != "" }) {
			continue // a spreadsheet leaves lines of commas
		}
		number, _ := reader.FieldPos(0)
		if len(cells) > len(header) {
			found.fail(file, number, "", "policy_too_many_cells", "cells", len(cells), "columns", len(header))
			continue
		}
		read(&line{file: file, number: number, columns: index, cells: cells, found: found})
	}
}

func failCSV(file string, err error, found *findings) {
	if errors.Is(err, io.EOF) {
		found.fail(file, 0, "", "policy_file_empty")
		return
	}
	number := 0
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		number = e.Line
	}
	found.fail(file, number, "", "policy_csv", "cause", err)
}
