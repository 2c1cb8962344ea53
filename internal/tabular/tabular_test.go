package tabular_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"jianfu/internal/money"
	"jianfu/internal/problem"
	"jianfu/internal/tabular"
)

var columns = []string{"name", "amount", "count"}

// rows are what users may find in their data, with names that a spreadsheet or a browser would run.
var rows = [][]any{
	{"苏州第一机械厂", money.Fen(123456), uint64(3)},
	{`=HYPERLINK("http://x","点我")`, money.Fen(-1), uint64(0)},
	{"+1+1", money.Fen(0), uint64(1)},
	{"-2+3", money.Fen(-123_456_789), uint64(1)},
	{"@SUM(A1)", money.Fen(5), uint64(1)},
	{"\t=1", money.Fen(5), uint64(1)},
	{"</script><script>alert(1)</script>", money.Fen(5), uint64(1)},
	{`引号 " 和，逗号, 和` + "\n换行", money.Fen(5), uint64(1)},
	{"-5", money.Fen(5), uint64(1)},
	{" 前后空格 ", money.Fen(5), uint64(1)},
	{"0012", money.Fen(5), uint64(1)},
	{"91320100MA1XXXXX0E10", money.Fen(5), uint64(1)},
	{"", money.Fen(money.Max), ^uint64(0) >> 12},
	{"large", money.Fen(999_999_999_999_999), uint64(1)},
	{"too large for a cell's number", money.Fen(1_000_000_000_000_001), uint64(1)},
	{"🀄𠮷", money.Fen(-1_000_000_000_000_001), uint64(1)},
}

// shown is a name as it stands in a file: a text that would be a formula has an apostrophe before it.
func shown(name string) string {
	if name != "" && strings.ContainsRune("=+-@\t\r", rune(name[0])) && name != "-5" {
		return "'" + name
	}
	return name
}

func write(t *testing.T, format string, rows [][]any) []byte {
	t.Helper()
	var b bytes.Buffer
	table, err := tabular.NewTable(&b, format, columns)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := table.Row(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCSVIsReadBackAsItWasWritten(t *testing.T) {
	records, err := csv.NewReader(bytes.NewReader(write(t, "csv", rows))).ReadAll()
	if err != nil || !slices.Equal(records[0], columns) || len(records) != len(rows)+1 {
		t.Fatalf("%d records under %v, %v", len(records), records[0], err)
	}
	for i, row := range rows {
		want := []string{shown(row[0].(string)), row[1].(money.Fen).String(), fmt.Sprint(row[2])}
		if !slices.Equal(records[i+1], want) {
			t.Errorf("row %d is %q, want %q", i+1, records[i+1], want)
		}
	}
	if got := string(write(t, "csv", nil)); got != "name,amount,count\n" {
		t.Errorf("a table without rows is %q", got)
	}
}

func TestJSONIsReadBackAsItWasWritten(t *testing.T) {
	content := write(t, "json", rows)
	if bytes.Contains(content, []byte("</script")) {
		t.Error("a script in a name stands in the file as it is")
	}
	var objects []struct {
		Name   string    `json:"name"`
		Amount money.Fen `json:"amount"`
		Count  uint64    `json:"count"`
	}
	if err := json.Unmarshal(content, &objects); err != nil || len(objects) != len(rows) {
		t.Fatalf("%d objects, %v\n%s", len(objects), err, content)
	}
	for i, row := range rows {
		if o := objects[i]; o.Name != row[0] || o.Amount != row[1] || o.Count != row[2] {
			t.Errorf("object %d is %+v, want %v", i, o, row)
		}
	}
	if got := string(write(t, "json", nil)); got != "[\n]\n" {
		t.Errorf("a table without rows is %q", got)
	}
}

func TestASheetIsReadBackAsItWasWritten(t *testing.T) {
	book, err := excelize.OpenReader(bytes.NewReader(write(t, "xlsx", rows)))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close() //nolint:errcheck // in memory
	sheet := book.GetSheetName(0)
	for i, column := range columns {
		cell, _ := excelize.CoordinatesToCellName(i+1, 1)
		if got, err := book.GetCellValue(sheet, cell); err != nil || got != column {
			t.Errorf("%s is %q, %v", cell, got, err)
		}
	}
	for i, row := range rows {
		at := fmt.Sprint(i + 2)
		for _, cell := range []string{"A" + at, "B" + at, "C" + at} {
			if formula, err := book.GetCellFormula(sheet, cell); err != nil || formula != "" {
				t.Errorf("%s holds the formula %q, %v", cell, formula, err)
			}
		}
		name, err := book.GetCellValue(sheet, "A"+at, excelize.Options{RawCellValue: true})
		if err != nil || name != shown(row[0].(string)) {
			t.Errorf("A%s is %q, want %q, %v", at, name, shown(row[0].(string)), err)
		}
		raw, err := book.GetCellValue(sheet, "B"+at, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		if want := row[1].(money.Fen); yuan(t, raw) != want {
			t.Errorf("B%s is %q, want %v", at, raw, want)
		}
		if kind, err := book.GetCellType(sheet, "B"+at); err != nil || (kind == excelize.CellTypeInlineString) != (absolute(row[1].(money.Fen)) >= 1_000_000_000_000_000) {
			t.Errorf("B%s is of type %v, %v", at, kind, err)
		}
	}
	shownAmount, err := book.GetCellValue(sheet, "B2")
	if err != nil || shownAmount != "1,234.56" {
		t.Errorf("an amount shows as %q, %v", shownAmount, err)
	}
}

func absolute(f money.Fen) money.Fen { return max(f, -f) }

// yuan reads a number that may be written with fewer decimals.
func yuan(t *testing.T, text string) money.Fen {
	t.Helper()
	whole, decimals, _ := strings.Cut(text, ".")
	var n money.Fen
	if _, err := fmt.Sscan(whole+(decimals + "00")[:2], &n); err != nil {
		t.Errorf("%q is no amount: %v", text, err)
	}
	return n
}

func TestAnUnknownFormatIsRefused(t *testing.T) {
	if _, err := tabular.NewTable(io.Discard, "pdf", columns); problem.Code(err) != "export_format" {
		t.Errorf("pdf: %v", err)
	}
	for _, format := range tabular.Formats {
		if _, err := tabular.NewTable(io.Discard, format, columns); err != nil {
			t.Errorf("%s: %v", format, err)
		}
	}
}

// broken is a disk that is full.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestAFullDiskIsAnError(t *testing.T) {
	for _, format := range tabular.Formats {
		table, err := tabular.NewTable(broken{}, format, columns)
		if err != nil {
			continue
		}
		for range 10_000 {
			if err = table.Row("name", money.Fen(1), uint64(1)); err != nil {
				break
			}
		}
		if closed := table.Close(); err == nil && closed == nil {
			t.Errorf("%s: written to a disk that is full", format)
		}
	}
}

func content(text string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
}

func TestAFileIsWrittenWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.csv")
	if err := tabular.File(path, content("first")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	failed := errors.New("the query failed")
	err := tabular.File(path, func(w io.Writer) error { _, _ = io.WriteString(w, "half"); return failed })
	if !errors.Is(err, failed) {
		t.Errorf("%v", err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "first" {
		t.Errorf("the file holds %q, %v", text, err)
	}
	if err := tabular.File(path, content("second")); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	info, _ := os.Stat(path)
	if err != nil || string(text) != "second" || info.Mode().Perm() != 0o640 {
		t.Errorf("the file holds %q with %v, %v", text, info.Mode(), err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("the folder holds %v", left)
	}
}

func TestALinkStaysALink(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target.csv"), filepath.Join(dir, "link.csv")
	if err := errors.Join(os.WriteFile(target, []byte("old"), 0o600), os.Symlink(target, link)); err != nil {
		t.Fatal(err)
	}
	if err := tabular.File(link, content("new")); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(target)
	info, _ := os.Lstat(link)
	if err != nil || string(text) != "new" || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("behind the link stands %q, and the link is %v; %v", text, info.Mode(), err)
	}
}

func TestADeviceIsWrittenAndNotReplaced(t *testing.T) {
	before, err := os.Stat(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	if err := tabular.File(os.DevNull, content("x")); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(os.DevNull); err != nil || after.Mode() != before.Mode() {
		t.Errorf("%s was %v and is %v, %v", os.DevNull, before.Mode(), after.Mode(), err)
	}
}

func TestWhereNothingCanBeWrittenTheFaultSaysWhy(t *testing.T) {
	dir := t.TempDir()
	for path, code := range map[string]string{
		dir:                                   "export_is_directory",
		filepath.Join(dir, "none", "x.csv"):   "export_not_writable",
		"/proc/none.csv":                      "export_not_writable",
		filepath.Join(os.DevNull, "file.csv"): "export_not_writable",
	} {
		if err := tabular.File(path, content("x")); problem.Code(err) != code {
			t.Errorf("%s: %v, want %s", path, err, code)
		}
	}
}
