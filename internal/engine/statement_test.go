package engine

import (
	"strings"
	"testing"
)

func TestStatementsAreReadAsFarAsTheyMustBe(t *testing.T) {
	for name, c := range map[string]struct {
		sql, text, verb, format string
	}{
		"a plain question":                  {"SELECT 1", "SELECT 1", "SELECT", ""},
		"in small letters after a comment":  {"-- what it does\n/* and why */ select 1", "-- what it does\n/* and why */ select 1", "SELECT", ""},
		"in brackets":                       {"((SELECT 1) UNION ALL (SELECT 2))", "((SELECT 1) UNION ALL (SELECT 2))", "SELECT", ""},
		"with a format":                     {"SELECT 1 FORMAT CSV", "SELECT 1 ", "SELECT", "CSV"},
		"with a format and a semicolon":     {"SELECT 1 format JSON ; -- done", "SELECT 1 ", "SELECT", "JSON"},
		"a format in a comment":             {"SELECT 1 -- FORMAT CSV", "SELECT 1 -- FORMAT CSV", "SELECT", ""},
		"a format in a text":                {"SELECT ' FORMAT CSV", "SELECT ' FORMAT CSV", "SELECT", ""},
		"a quote in a text":                 {`SELECT 'it\'s', 'it''s' FORMAT CSV`, `SELECT 'it\'s', 'it''s' `, "SELECT", "CSV"},
		"an insert":                         {"INSERT INTO `my table` (a, b) FORMAT Native", "INSERT INTO `my table` (a, b) ", "INSERT", "Native"},
		"an insert of values":               {"INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (1)", "INSERT", ""},
		"nothing":                           {" ", " ", "", ""},
		"something that is no statement":    {"1 + 1", "1 + 1", "1", ""},
		"a word before the format is no by": {"SELECT formatDateTime(x) FROM t", "SELECT formatDateTime(x) FROM t", "SELECT", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := readStatement(c.sql)
			if s.text != c.text || s.verb != c.verb || s.format != c.format {
				t.Errorf("%+v", s)
			}
		})
	}
}

func TestSeveralStatementsAreToldFromOne(t *testing.T) {
	for sql, more := range map[string]bool{
		"SELECT 1;": false, "SELECT 1; -- done": false, ";; SELECT 1 ;;": false, "SELECT ';' FROM t": false,
		"SELECT 1; SELECT 2": true, "DROP TABLE t;'x'": true, "SELECT 1 -- ; SELECT 2\n": false,
	} {
		if s := readStatement(sql); s.more != more {
			t.Errorf("%q: %v", sql, s.more)
		}
	}
}

func FuzzStatements(f *testing.F) {
	f.Add("SELECT 'a' -- b\n/* c */ FORMAT CSV")
	f.Add("$$ ' $$ FORMAT x;")
	f.Fuzz(func(t *testing.T, sql string) {
		s := readStatement(sql)
		if !strings.HasPrefix(sql, s.text) || s.format == "" && s.text != sql {
			t.Errorf("%q was read as %+v", sql, s)
		}
	})
}

func TestVersionsCompareByNumber(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"26.7.3", "26.7.3", 0}, {"26.7.3", "26.10.1", -1}, {"26.7.3", "26.7.2", 1}, {"26.7", "26.7.0", 0}, {"26.7.2-rc.2", "26.7.2", 0}, {"1.2.3.4.5.6", "1.2.3.4", 0}} {
		if got := compareVersions(c.a, c.b); got != c.want {
			t.Errorf("%s and %s: %d", c.a, c.b, got)
		}
	}
}

func TestExceptionsCarryTheirCode(t *testing.T) {
	for text, code := range map[string]int{
		"Code: 60. DB::Exception: Unknown table. (UNKNOWN_TABLE)":            60,
		"Error: Code: 241. DB::Exception: Code: 241. DB::Exception: Memory.": 241,
		"Invalid or closed connection":                                       49,
	} {
		if e := newException(text); e.code != code || !strings.HasPrefix(e.text, "Code: ") {
			t.Errorf("%q: %d %q", text, e.code, e.text)
		}
	}
}

func TestAFullDiskIsRecognised(t *testing.T) {
	for _, c := range []struct {
		code int32
		text string
		want string
	}{
		{243, "Cannot reserve 1.00 MiB, not enough space", "engine_storage_full"},
		{75, "Cannot write to file, errno: 28, strerror: No space left on device", "engine_storage_full"},
		{241, "memory limit exceeded", "engine_out_of_memory"},
	} {
		if f := Explain(c.code, c.text); f == nil || f.Code != c.want {
			t.Errorf("%d: %v", c.code, f)
		}
	}
	if f := Explain(60, "Unknown table"); f != nil {
		t.Error(f)
	}
}
