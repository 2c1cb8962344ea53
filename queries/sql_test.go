package queries_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jianfu/queries"
)

// statement is one .sql file.
type statement struct {
	file   string // from this folder
	header string // the comment in front
	text   string // without it, and with its parts
	own    string // without them
	lines  int    // of the file
}

// statements reads all .sql files.
func statements(t *testing.T) []statement {
	t.Helper()
	var list []statement
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(file) != ".sql" {
			return err
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var header []string
		lines := strings.Split(string(content), "\n")
		for len(lines) > 0 && strings.HasPrefix(lines[0], "--") {
			header = append(header, strings.TrimSpace(strings.TrimPrefix(lines[0], "--")))
			lines = lines[1:]
		}
		own := strings.Join(lines, "\n")
		text := own
		if !strings.HasPrefix(filepath.ToSlash(file), "schema/") && !strings.HasPrefix(filepath.ToSlash(file), "views/") && !strings.HasPrefix(filepath.ToSlash(file), "migrations/") {
			text = queries.Whole(own)
		}
		list = append(list, statement{filepath.ToSlash(file), strings.Join(header, " "), text, own, strings.Count(string(content), "\n")})
		return nil
	})
	if err != nil || len(list) < 20 {
		t.Fatalf("%d statements, %v", len(list), err)
	}
	return list
}

// outermost is the statement without what stands in brackets.
func (s statement) outermost() string {
	var b strings.Builder
	depth := 0
	for _, c := range s.text {
		switch c {
		case '(':
			depth++
		case ')':
			depth--
		default:
			if depth == 0 {
				b.WriteRune(c)
			}
		}
	}
	return b.String()
}

// verb is what the statement does: SELECT, INSERT, CREATE and so on.
func (s statement) verb() string {
	for _, word := range strings.Fields(s.outermost()) {
		switch word {
		case "SELECT", "INSERT", "CREATE", "ALTER", "DROP":
			return word
		}
	}
	return ""
}

var parameter = regexp.MustCompile(`\{(\w+):`)

func (s statement) parameters() []string { return parametersIn(s.text) }

func parametersIn(text string) []string {
	var names []string
	for _, m := range parameter.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// embedded lists the files that Go embeds.
func embedded(t *testing.T) map[string]bool {
	t.Helper()
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]bool{}
	for _, source := range sources {
		parsed, err := parser.ParseFile(token.NewFileSet(), source, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, group := range parsed.Comments {
			for _, comment := range group.List {
				pattern, ok := strings.CutPrefix(comment.Text, "//go:embed ")
				if !ok {
					continue
				}
				matches, err := filepath.Glob(pattern)
				if err != nil || len(matches) == 0 {
					t.Errorf("%s embeds %s, which matches %v, %v", source, pattern, matches, err)
				}
				for _, m := range matches {
					if files[filepath.ToSlash(m)] {
						t.Errorf("%s is embedded twice", m)
					}
					files[filepath.ToSlash(m)] = true
				}
			}
		}
	}
	return files
}

func TestEveryStatementIsEmbeddedOnce(t *testing.T) {
	files := embedded(t)
	for _, s := range statements(t) {
		if !files[s.file] {
			t.Errorf("%s: no Go file embeds it", s.file)
		}
	}
}

func TestEveryStatementSaysWhatItAnswers(t *testing.T) {
	for _, s := range statements(t) {
		if len(s.header) < 20 {
			t.Errorf("%s has no header", s.file)
			continue
		}
		if strings.HasPrefix(s.file, "schema/") {
			continue
		}
		if s.verb() == "SELECT" && !strings.HasPrefix(s.file, "bench/") && !strings.HasPrefix(s.file, "parts/") { // whose rows are thrown away; or are a statement's
			if !strings.Contains(s.header, "Grain: ") {
				t.Errorf("%s does not say what a row is", s.file)
			}
			one := strings.Contains(s.header, "Grain: one row.") || strings.Contains(s.header, "Grain: one row or none.")
			if !one && (!strings.Contains(s.header, "Order: ") || !strings.Contains(s.outermost(), "ORDER BY")) {
				t.Errorf("%s has no order", s.file)
			}
		}
		_, described, _ := strings.Cut(s.header, "Parameters: ")
		for _, name := range parametersIn(s.own) { // a part describes its own
			if !regexp.MustCompile(`\b` + name + `\b`).MatchString(described) {
				t.Errorf("%s does not describe its parameter %s", s.file, name)
			}
			if name == "limit" || name == "offset" {
				t.Errorf("%s has a parameter %s, which a server takes for its own", s.file, name)
			}
		}
	}
}

// TestStatementsAreShort: whoever reads one has it on a screen. What several say alike is a part, a view or a function.
func TestStatementsAreShort(t *testing.T) {
	var lines []int
	for _, s := range statements(t) {
		if strings.HasPrefix(s.file, "schema/") {
			continue
		}
		if lines = append(lines, s.lines); s.lines > 80 {
			t.Errorf("%s has %d lines, more than 80", s.file, s.lines)
		}
	}
	slices.Sort(lines)
	if median := lines[len(lines)/2]; median > 25 {
		t.Errorf("the median statement has %d lines, more than 25", median)
	}
}

// TestEveryPartIsNamed: a part that no statement names is no part of anything.
func TestEveryPartIsNamed(t *testing.T) {
	all := statements(t)
	for _, part := range all {
		name, is := strings.CutPrefix(part.file, "parts/")
		if !is {
			continue
		}
		named := "{{." + strings.TrimSuffix(name, ".sql") + "}}"
		if !slices.ContainsFunc(all, func(s statement) bool { return strings.Contains(s.own, named) }) {
			t.Errorf("nothing names the part %s", name)
		}
	}
}

func TestNoStatementReturnsWhateverThereIs(t *testing.T) {
	star := regexp.MustCompile(`SELECT\s+(DISTINCT\s+)?\*`)
	for _, s := range statements(t) {
		if star.MatchString(s.outermost()) {
			t.Errorf("%s selects *", s.file)
		}
	}
}

func TestKeywordsAreInCapitals(t *testing.T) {
	small := regexp.MustCompile(`(?m)^\s*(select|from|where|group by|order by|having|with|union|limit|insert|create|(inner|left|any|array) join)\b.*$`)
	for _, s := range statements(t) {
		if found := small.FindString(s.text); found != "" {
			t.Errorf("%s: %s", s.file, found)
		}
	}
}

// ofUnits are the tables whose rows are of units, so that a reader may see only those of his regions.
var ofUnits = regexp.MustCompile(`\b(FROM|JOIN)\s+(units|contributions|dead_records|repeated_persons|rejects|burdens|uncovered|unit_months|cells|run_units|run_duplicates|run_open|issue_events|issue_heads|issues|marks|cases|findings|finding_units|movements)\b`)

// unscoped are the statements that read them for no reader: they check files, compute, or count whole runs. What they
// return goes into the store, or into the recompute's own check, or is a number of the whole store.
var unscoped = []string{
	"load/acceptable.sql", "load/known_units.sql", "load/rekeyed.sql", "load/replaced_by.sql", "load/same_but_key.sql", "load/repeated.sql", "load/settled.sql", "load/balance.sql", "load/withdrawn.sql", "load/orphans.sql", "load/settled_totals.sql", "load/month_rates.sql",
	"load/reject_reasons.sql", "load/rejects.sql", // whole lines of files as they came, for those who load them
	"recompute/classes.sql", "recompute/elections.sql", "recompute/regions.sql", "recompute/sample_lines.sql", "recompute/sample_records.sql", "recompute/sample_units.sql",
	"run/counts.sql", "run/insured_months.sql", "run/record_periods.sql", "run/totals.sql", "run/weights.sql", "run/uncovered_parts.sql", // of whole runs, before anybody sees them; and which months one has

	"unit/nameless.sql", "bench/sum.sql", "what_if/owed.sql", "detect/check.sql",
	"issue/known.sql", "issue/comparisons.sql", "issue/merged.sql", "issue/with_money.sql", // what runs show of issues is written into their histories
	"issue/winner.sql",                                                                                                                 // a nonce, to whoever wrote it
	"issue/hash.sql", "issue/chain.sql", "issue/unsealed.sql", "issue/other_heads.sql", "audit/unfinished.sql", "audit/unrecorded.sql", // to check that nobody changed them
	"issue/unclocked.sql",                     // what is worked out of them is written into the store
	"issue/version.sql",                       // a number for the keys of what is kept, which nobody is shown
	"attachment/attached_by.sql",              // a number of bytes, about the account that attaches
	"notice/events.sql", "notice/running.sql", // what people are told of is decided from it, each by his own scope
}

func TestNothingOfUnitsIsReadWithoutAScope(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range statements(t) {
		if s.verb() != "SELECT" || !ofUnits.MatchString(s.text) {
			continue
		}
		scoped := slices.Contains(s.parameters(), "scope")
		seen[s.file] = true
		if scoped == slices.Contains(unscoped, s.file) {
			t.Errorf("%s: scoped %v, and it is on the list of those without: %v", s.file, scoped, !scoped)
		}
	}
	for _, file := range unscoped {
		if !seen[file] {
			t.Errorf("%s is on the list of statements without a scope, and is none that reads units", file)
		}
	}
}
