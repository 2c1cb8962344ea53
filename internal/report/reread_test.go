package report_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"math/big"
	"strings"
	"testing"

	read "jianfu/etl/reader/workbook"
	"jianfu/internal/report"
	"jianfu/queries"
)

// testAnotherReaderFindsTheFigures reads the workbook with the reader of loads, which shares nothing with the library that wrote it,
// and compares each amount with the engine's, to the fen.
func testAnotherReaderFindsTheFigures(t *testing.T, q *queries.Queries) {
	m := made(t, q, shipped(t), request(201904, 201905))
	var content bytes.Buffer
	if err := m.WriteXLSX(&content); err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(content.Bytes()), int64(content.Len()))
	if err != nil {
		t.Fatal(err)
	}
	book, err := read.Open(archive, read.Sent)
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for i, table := range m.Tables {
		if book.Sheets[i].Name != table.Number {
			t.Fatalf("sheet %d is %s", i, book.Sheets[i].Name)
		}
		exact := exactRows(t, m, table)
		rows, err := book.Rows(book.Sheets[i])
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			line := rows.Number - 8
			if line < 0 || line >= len(exact) {
				continue
			}
			for c, shown := range table.Shown {
				cell := rows.Cells[2+c]
				want, ok := new(big.Rat).SetString(exact[line][2+c])
				got, isNumber := new(big.Rat).SetString(string(cell.Value))
				switch {
				case !ok && string(cell.Value) == exact[line][2+c]: // a sign
					continue
				case !ok || !isNumber || cell.Kind != read.Number:
					t.Errorf("%s line %d column %d is %q, not %q", table.Number, rows.Number, c, cell.Value, exact[line][2+c])
					continue
				case shown.Unit == "%":
					got = got.Mul(got, big.NewRat(100, 1))
					if got.FloatString(shown.Decimals) != want.FloatString(shown.Decimals) {
						t.Errorf("%s line %d column %d is %s, not %s", table.Number, rows.Number, c, got, want)
					}
				case got.Cmp(want) != 0:
					t.Errorf("%s line %d column %d is %s, not %s", table.Number, rows.Number, c, cell.Value, exact[line][2+c])
				}
				compared++
			}
		}
		if rows.Err() != nil {
			t.Fatal(rows.Err())
		}
		rows.Close()
	}
	if compared < 300 {
		t.Errorf("only %d figures were compared", compared)
	}
}

// exactRows are the rows of a table as CSV has them.
func exactRows(t *testing.T, m *report.Report, table *report.Table) [][]string {
	t.Helper()
	var content bytes.Buffer
	if err := m.WriteCSV(&content, table); err != nil {
		t.Fatal(err)
	}
	reader := csv.NewReader(&content)
	reader.FieldsPerRecord = -1
	rows, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[len(rows)-len(table.Rows):]
}

// testTypicalUnits: rules choose units by what the sums by hand say of them; masked, no file names them; who is kept from records is
// shown none.
func testTypicalUnits(t *testing.T, q *queries.Queries) {
	r := request(201905, 201905)
	texts := func(m *report.Report) string {
		var all strings.Builder
		for _, table := range m.Tables {
			if err := m.WriteCSV(&all, table); err != nil {
				t.Fatal(err)
			}
		}
		if err := m.WriteJSON(&all); err != nil {
			t.Fatal(err)
		}
		return all.String()
	}
	named := made(t, q, shipped(t), r)
	var rows []string
	for _, row := range jsonOrder(t, named, "typical-units") {
		rows = append(rows, row.Title[:strings.Index(row.Title, "（")]+" "+text(row.Figures["real"]))
	}
	if got, want := strings.Join(rows, "; "), "减负额最大：玄武机械厂 400; 减负额最大：虎丘软件 40; 减负额最大：秦淮百货 0; 减负额最大：吴中餐馆 -400; "+
		"小微企业减负额最大：虎丘软件 40; 应降未降、多征最多：秦淮百货 0; 负担上升、多征最多：吴中餐馆 -400"; got != want {
		t.Errorf("chosen: %s", got)
	}
	r.Mask = true
	masked := texts(made(t, q, shipped(t), r))
	if !strings.Contains(texts(named), "玄武机械厂") || strings.Contains(masked, "玄武机械厂") || strings.Contains(masked, "91320000") {
		t.Error("a masked report names a unit")
	}
	if !strings.Contains(masked, "减负额最大：某单位，南京市，制造业，大型") {
		t.Error("a masked unit is not described")
	}
	if rows := jsonOrder(t, ofProvince(t, q, true), "typical-units"); len(rows) > 0 {
		t.Errorf("who may not see units is shown %v", rows)
	}
}
