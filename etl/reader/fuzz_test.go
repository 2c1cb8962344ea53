package reader

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jianfu/internal/contribution"
	"jianfu/internal/creditcode"
	"jianfu/internal/ledger"
	"jianfu/internal/money"
	"jianfu/internal/problem"
)

// FuzzSplitting holds nextRecord against encoding/csv: the same cells up to the first line with wrong quotes, and an
// error there from both.
func FuzzSplitting(f *testing.F) {
	for _, seed := range []string{
		"a,b\nc,d\n", "a,\"b\"\"c\"\r\n\"d\ne\",f", "\"a\"x,b\nc", "a\"b,c\n", "\"", "\"\"", "\"a\r\nb\"\r", "a\r\r\n,\n", "12345678,12345678,1\n,-", "\n\n\r\n",
	} {
		f.Add([]byte(seed), byte(','))
	}
	f.Add([]byte("a;b\n\"c;d\";e"), byte(';'))
	f.Fuzz(func(t *testing.T, data []byte, delimiter byte) {
		if delimiter != ',' && delimiter != ';' && delimiter != '\t' || len(data) > maxRecord {
			t.Skip()
		}
		standard := csv.NewReader(bytes.NewReader(data))
		standard.Comma = rune(delimiter)
		standard.FieldsPerRecord = -1
		var r row
		for {
			want, wantErr := standard.Read()
			for len(data) > 0 { // encoding/csv leaves empty lines out
				if data[0] == '\n' {
					data = data[1:]
				} else if bytes.HasPrefix(data, []byte("\r\n")) {
					data = data[2:]
				} else {
					break
				}
			}
			if len(data) == 0 || len(data) == 1 && data[0] == '\r' {
				if wantErr == nil {
					t.Fatalf("nothing left, encoding/csv reads %q", want)
				}
				return
			}
			length, end := r.nextRecord(data, delimiter)
			if length <= 0 || length > len(data) {
				t.Fatalf("a record of %d bytes in %d", length, len(data))
			}
			if (end == whole) != (wantErr == nil) {
				t.Fatalf("%q: outcome %d, encoding/csv %v", data, end, wantErr)
			}
			if end != whole {
				return
			}
			if len(want) != len(r.ends) {
				t.Fatalf("%q: %d cells, encoding/csv %q", data, len(r.ends), want)
			}
			for i, cell := range want {
				if string(r.cell(i)) != cell {
					t.Fatalf("%q: cell %d is %q, encoding/csv %q", data, i, r.cell(i), cell)
				}
			}
			data = data[length:]
		}
	})
}

// FuzzWholeRecords sees that a file cut anywhere by wholeRecords gives the records that it gives in one piece.
func FuzzWholeRecords(f *testing.F) {
	f.Add([]byte("a,b\n\"c\nd\",e\n\"x\nf,g\n"), uint16(7))
	f.Add([]byte("\"\n\"\"\n\",\"\n"), uint16(3))
	f.Fuzz(func(t *testing.T, data []byte, size uint16) {
		if len(data) > maxRecord {
			t.Skip()
		}
		starts := func(data []byte, from int) (all []int) {
			var r row
			for at := 0; at < len(data); {
				all = append(all, from+at)
				n, _ := r.nextRecord(data[at:], ',')
				at += n
			}
			return all
		}
		want := starts(data, 0)
		var got []int
		for from := 0; from < len(data); {
			n := 0
			for to := from + 1; n == 0; to += 1 + int(size) { // read on until a record is whole
				if to >= len(data) {
					n = len(data) - from
					break
				}
				n = wholeRecords(data[from:to], ',')
			}
			got = append(got, starts(data[from:from+n], from)...)
			from += n
		}
		if len(want) != len(got) {
			t.Fatalf("%q: in one piece %v, in chunks %v", data, want, got)
		}
		for i := range want {
			if want[i] != got[i] {
				t.Fatalf("%q: in one piece %v, in chunks %v", data, want, got)
			}
		}
	})
}

// FuzzOpen reads any bytes as a file. Whatever is read obeys what the rest of jianfu relies on, no line is lost, and
// what cannot be read is a problem with a text.
func FuzzOpen(f *testing.F) {
	for _, seed := range []string{
		"", englishHeader + englishLine, gb18030(chineseHeader + chineseLine), gzipped(chineseHeader + chineseLine), zstandard(englishHeader + englishLine),
		unitHeader + unitLine, "\ufeff" + chineseHeader + `"` + chineseLine, strings.ReplaceAll(englishHeader+englishLine, ",", ";"),
		englishHeader + change("employer_rate", "16") + change("wage", "1e9") + "合计\n", "PK\x03\x04", "\xff\xfea\x00",
		"来源,标题,统一社会信用代码,行政区划代码,类别,内容\n12366,多缴,,320102,政策落实,\"请\n核对\"\n座谈会, ,,320102,,\n",
		unitHeader + changeUnit("risk_class", "八类") + changeUnit("float_factor", "１２０％"),
	} {
		f.Add([]byte(seed))
	}
	f.Add([]byte(sheets(f, map[string][][]any{"Sheet1": recordRows(recordLines...)}, nil)))
	f.Add([]byte(parquetFile(f, parquetRecords(f))))
	f.Fuzz(func(t *testing.T, content []byte) {
		if len(content) > 1<<16 {
			t.Skip()
		}
		path := filepath.Join(t.TempDir(), "fuzz.csv")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := Open(path, Options{Workers: 2, ChunkBytes: 1})
		if err == nil {
			defer file.Close()
			var all read
			all, err = readAll(t, file, func([]byte) bool { return true })
			checkAll(t, all)
		}
		if err != nil && !strings.HasPrefix(problem.Code(err), "reader_") {
			t.Errorf("not a problem of the reader: %v", err)
		}
	})
}

func checkAll(t *testing.T, all read) {
	t.Helper()
	for _, r := range all.Records {
		sign := r.EmployerAmount >= 0 && r.EmployeeAmount >= 0 && r.ReceivedAmount >= 0
		if r.EntryType == contribution.Refund {
			sign = r.EmployerAmount <= 0 && r.EmployeeAmount <= 0 && r.ReceivedAmount <= 0
		}
		if !sign || r.ID == "" || r.Wage < 0 || r.Base < 0 || r.Wage > money.Max || r.Headcount == 0 || r.Insurance == 0 || r.EntryType == 0 ||
			r.EmployerRate < 0 || r.EmployerRate > money.One || r.EmployeeRate < 0 || r.EmployeeRate > money.One || r.Period.String() == "" {
			t.Errorf("%+v", r)
		}
	}
	for _, u := range all.Units {
		if !creditcode.Valid(u.ID) || len(u.RegionCode) != 6 || u.Kind == 0 || u.Size == 0 || u.EconomicType == 0 || u.RiskClass > 8 ||
			u.FloatFactor <= 0 || u.Employees < -1 || u.Revenue < -1 || u.Assets < -1 {
			t.Errorf("%+v", u)
		}
	}
	for _, i := range all.Issues {
		event := ledger.Event{At: time.Unix(0, 0), Data: ledger.Data{Number: "1", Source: i.Source, Nature: i.Nature, Category: i.Category, Severity: i.Severity,
			Title: i.Title, Text: i.Text, Unit: i.Unit, Region: i.Region, Bureau: i.Region}}
		if _, _, err := ledger.Begin(ledger.Actor{Account: ledger.System}, "1", event); err != nil {
			t.Errorf("%+v is accepted, and cannot be registered: %v", i, err)
		}
	}
	for _, r := range all.Rejects {
		if r.Line == 0 || r.Code == "" || len(r.Raw) > rawLimit || strings.ToValidUTF8(r.Raw+r.Value, "") != r.Raw+r.Value {
			t.Errorf("%+v", r)
		}
		checkText(t, r)
	}
}

// FuzzDecimals sees that an amount is accepted, or refused with one of its three reasons.
func FuzzDecimals(f *testing.F) {
	for _, seed := range []string{"5000.00", "-1", "1.005", "１２", "99999999999999999999.9", "1,2", "x", "%", "--1", "1.2.3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 200 || strings.ContainsAny(text, "\",\r\n") {
			t.Skip()
		}
		if _, ok := money.ParseBytes([]byte(text)); ok || text == "" {
			return
		}
		switch code := amountProblem([]byte(text)); code {
		case "amount_decimals", "amount_too_large":
			if strings.Trim(text, "+-0123456789.,") != "" {
				t.Errorf("%q is no number, but %s", text, code)
			}
		case "amount_not_number":
		default:
			t.Errorf("%q: %s", text, code)
		}
	})
}
