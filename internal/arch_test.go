// Package internal_test holds the shape of the repository: which package may import which, what each alone knows, and
// a few habits. README.md draws the map; this test keeps it true.
package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
)

const (
	top    = ".."
	module = "jianfu"
)

// alone says which packages may import a library; "etl" includes the packages below it. Libraries that are not named
// are free.
var alone = map[string][]string{
	"github.com/ClickHouse/clickhouse-go": {"internal/store"},
	"github.com/ClickHouse/ch-go":         {"internal/engine", "internal/store"},
	"github.com/ebitengine/purego":        {"internal/engine"},
	"github.com/gofiber":                  {"internal/web"},
	"github.com/valyala/fasthttp":         {"internal/web"},
	"github.com/go-echarts":               {"dashboards"},
	"github.com/shopspring/decimal":       {"internal/policy", "internal/burden"},
	"github.com/spf13":                    {"cmd/jianfu"},
	"github.com/schollz/progressbar":      {"cmd/jianfu"},
	"github.com/goccy/go-yaml":            {"internal/policy", "internal/i18n", "internal/config", "internal/report"},
	"github.com/nicksnyder/go-i18n":       {"internal/i18n"},
	"github.com/xuri/excelize":            {"etl", "internal/tabular", "internal/report"},
	"github.com/parquet-go":               {"etl"},
	"github.com/google/jsonschema-go":     {"internal/openapi"},
	"golang.org/x/crypto":                 {"internal/auth"},
	"github.com/alexedwards/argon2id":     {"internal/auth"},
	"github.com/mozillazg":                {"internal/pinyin"},
	"golang.org/x/oauth2":                 {"internal/auth"},
	"github.com/gabriel-vasile/mimetype":  {"internal/attachment"},
	"github.com/wneessen/go-mail":         {"internal/notice"},
	"github.com/coreos/go-oidc":           {"internal/auth"},
	"github.com/yuin/goldmark":            {"internal/manual"},
}

// nouns are the words of the domain and the code lists of the state; everything may use them.
var nouns = []string{
	"internal/period", "internal/money", "internal/contribution", "internal/filter", "internal/problem",
	"internal/region", "internal/classification", "internal/creditcode", "internal/dimension", "internal/typed", "internal/identifier",
}

// mayImport says which packages of ours a package may import, besides the nouns. "etl" stands for the packages below
// it too; a star is everything.
var mayImport = map[string][]string{
	"cmd/jianfu":            {"*"},
	"etl":                   {"queries", "etl", "internal/access", "internal/audit", "internal/declaration", "internal/detection", "internal/intake", "internal/policy", "internal/burden", "internal/store", "internal/ledger", "internal/workday"},
	"queries":               {"queries", "internal/detection", "internal/store", "internal/policy", "internal/burden", "internal/disclosure", "internal/ledger", "internal/pinyin", "internal/workday"},
	"dashboards":            {"queries", "internal/declaration", "internal/detection", "internal/intake", "internal/policy", "internal/burden", "internal/i18n", "internal/ledger", "internal/access", "internal/disclosure"},
	"internal/policy":       {"internal/detection"},
	"internal/detection":    {"internal/ledger"},
	"internal/pinyin":       {},
	"internal/burden":       {"internal/policy"},
	"internal/declaration":  {"internal/policy", "internal/burden"},
	"internal/ledger":       {"internal/workday"},
	"internal/workday":      {},
	"internal/handling":     {"queries", "internal/detection", "internal/access", "internal/audit", "internal/ledger", "internal/workday"},
	"internal/attachment":   {"queries", "internal/ledger"},
	"internal/alert":        {"queries", "dashboards", "internal/access", "internal/i18n"},
	"internal/notice":       {"queries", "internal/access", "internal/alert", "internal/i18n", "internal/ledger", "internal/preparation", "internal/workday"},
	"internal/subscription": {"queries", "internal/access", "internal/audit", "internal/i18n", "internal/ledger", "internal/notice", "internal/workday"},
	"internal/disclosure":   {},
	"internal/evidence":     {"queries", "dashboards", "internal/policy", "internal/burden", "internal/i18n", "internal/tabular"},
	"internal/engine":       {"internal/engine"},
	"internal/store":        {"internal/engine"},
	"internal/access":       {},
	"internal/audit":        {"queries", "internal/access", "internal/tabular"},
	"internal/auth":         {"queries", "internal/access", "internal/audit", "internal/tabular"},
	"internal/backup":       {"queries", "internal/access", "internal/audit", "internal/engine", "internal/store"},
	"internal/config":       {},
	"internal/intake":       {"queries", "internal/access", "internal/audit"},
	"internal/manual":       {"docs"},
	"docs":                  {},
	"internal/i18n":         {},
	"internal/openapi":      {"internal/workday"},
	"internal/chart":        {},
	"internal/official":     {},
	"internal/paper":        {"dashboards", "internal/chart", "internal/official", "internal/i18n"},
	"internal/report":       {"queries", "dashboards", "internal/access", "internal/audit", "internal/burden", "internal/i18n", "internal/ledger", "internal/policy", "internal/tabular"},
	"internal/exchange":     {"queries", "dashboards", "internal/access", "internal/audit", "internal/i18n", "internal/policy", "internal/report", "internal/tabular"},
	"internal/preparation":  {"queries", "dashboards", "internal/access", "internal/audit", "internal/chart", "internal/handling", "internal/i18n", "internal/official", "internal/paper", "internal/report", "internal/workday"},
	"internal/tabular":      {"queries", "internal/i18n", "internal/ledger"},
	"internal/web": {
		"queries", "dashboards", "internal/detection", "internal/i18n", "internal/policy", "internal/burden", "internal/store", "internal/access",
		"internal/alert", "internal/attachment", "internal/audit", "internal/auth", "internal/chart", "internal/config", "internal/declaration", "internal/handling", "internal/disclosure", "internal/evidence", "internal/intake", "internal/ledger", "internal/notice", "internal/openapi", "internal/preparation", "internal/report", "internal/subscription", "internal/workday",
		"internal/tabular", "internal/web", "internal/pinyin", "internal/manual",
	},
	"internal/bench":   {"*"},
	"internal/fixture": {"*"},
}

// forTests are the packages that only tests may import.
var forTests = []string{"internal/fixture", "internal/engine/enginetest"}

// sqlIn are the packages whose Go may hold a statement: queries, and the two that a statement passes through. The
// bench measures the engine's bare speed, which is not the product's.
var sqlIn = []string{"queries", "internal/engine", "internal/store", "internal/bench"}

// source is one Go file of the repository.
type source struct {
	file    string // from the top
	pkg     string // folder, from the top
	parsed  *ast.File
	test    bool
	imports []string
}

var positions = token.NewFileSet()

// sources reads all Go files of the repository.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	each(t, func(file string) {
		if path.Ext(file) != ".go" {
			return
		}
		parsed, err := parser.ParseFile(positions, filepath.Join(top, file), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			return
		}
		s := source{file: file, pkg: path.Dir(file), parsed: parsed, test: strings.HasSuffix(file, "_test.go")}
		for _, spec := range parsed.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			s.imports = append(s.imports, name)
		}
		all = append(all, s)
	})
	if len(all) < 10 {
		t.Fatalf("only %d Go files were found; is this still the top of the repository?", len(all))
	}
	return all
}

// each visits the files of the repository that are its own, by their path from the top.
func each(t *testing.T, visit func(file string)) {
	t.Helper()
	err := filepath.WalkDir(top, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(top, file)
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if name == "node_modules" || name == "testdata" || relative == "bin" || relative == "data" || strings.HasPrefix(name, ".") && relative != "." {
				return filepath.SkipDir
			}
			return nil
		}
		visit(filepath.ToSlash(relative))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// within tells whether pkg is one of the listed packages or lies below one.
func within(pkg string, list []string) bool {
	return slices.ContainsFunc(list, func(p string) bool {
		return p == "*" || pkg == p || strings.HasPrefix(pkg, p+"/")
	})
}

func TestEachLibraryIsKnownToItsPackageAlone(t *testing.T) {
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		for _, imported := range s.imports {
			for library, packages := range alone {
				if within(imported, []string{library}) && !within(s.pkg, packages) {
					t.Errorf("%s imports %s, which only %s may know", s.file, imported, strings.Join(packages, ", "))
				}
			}
		}
	}
}

// rulesOf is the longest entry of mayImport that covers the package.
func rulesOf(pkg string) ([]string, bool) {
	for p := pkg; p != "."; p = path.Dir(p) {
		if list, ok := mayImport[p]; ok {
			return list, true
		}
	}
	return nil, within(pkg, nouns)
}

func TestImportsPointTheWayTheMapSays(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || s.pkg == "internal" {
			continue
		}
		allowed, known := rulesOf(s.pkg)
		if !known {
			t.Errorf("%s: package %s is not on the map; give it a line in README.md and here", s.file, s.pkg)
			continue
		}
		for _, imported := range s.imports {
			ours, ok := strings.CutPrefix(imported, module+"/")
			if ok && !within(ours, nouns) && !within(ours, allowed) {
				t.Errorf("%s imports %s, which the map does not allow", s.file, ours)
			}
		}
	}
}

// TestLoadingAndShowingNeverMeet: what loads and what shows share the store and nothing else.
func TestLoadingAndShowingNeverMeet(t *testing.T) {
	for pkg, forbidden := range map[string][]string{"etl": {"internal/web", "dashboards", "internal/tabular"}, "internal/web": {"etl"}, "dashboards": {"etl", "internal/web", "internal/store"}} {
		for _, s := range sources(t) {
			if !within(s.pkg, []string{pkg}) || s.test {
				continue
			}
			for _, imported := range s.imports {
				if ours, ok := strings.CutPrefix(imported, module+"/"); ok && within(ours, forbidden) {
					t.Errorf("%s imports %s", s.file, ours)
				}
			}
		}
	}
}

// beneathTopics are the packages of the web server that topics of pages stand on, lowest first: each may import those before it.
var beneathTopics = []string{"internal/web/static", "internal/web/cache", "internal/web/limits", "internal/web/assets", "internal/web/kit", "internal/web/view"}

// mostLines is how long a package of the web server may become before it wants to be two.
const mostLines = 3500

// TestTopicsOfPagesMeetInTheKitAlone: a topic of pages is a package below internal/web that no other imports but the one that lists
// them, so that a page can be added, or taken away, without a look at the others.
func TestTopicsOfPagesMeetInTheKitAlone(t *testing.T) {
	lines, topics := map[string]int{}, map[string]bool{}
	for _, s := range sources(t) {
		if s.test || !strings.HasPrefix(s.pkg, "internal/web/") {
			continue
		}
		lines[s.pkg] += positions.File(s.parsed.Pos()).LineCount()
		level := slices.Index(beneathTopics, s.pkg)
		if level < 0 {
			level, topics[s.pkg] = len(beneathTopics), true
		}
		for _, imported := range s.imports {
			ours, _ := strings.CutPrefix(imported, module+"/")
			if strings.HasPrefix(ours, "internal/web/") && !slices.Contains(beneathTopics[:level], ours) {
				t.Errorf("%s imports %s: topics of pages use what is beneath them, and never each other", s.file, ours)
			}
		}
	}
	if len(topics) < 10 {
		t.Errorf("only %d topics of pages were found", len(topics))
	}
	for pkg, n := range lines {
		if n > mostLines {
			t.Errorf("%s has %d lines, more than %d", pkg, n, mostLines)
		}
	}
}

// TestContentsOfPagesHideNothingOfTheFrame: the contents of a page embed the frame, whose template reads its fields by name. A field of
// the contents that bears the same name would be read in its place, which no compiler sees.
func TestContentsOfPagesHideNothingOfTheFrame(t *testing.T) {
	type structure struct {
		file           string
		own, promoting []string
	}
	known := map[string]structure{} // by package and name
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		ast.Inspect(s.parsed, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			declared, ok := spec.Type.(*ast.StructType)
			if !ok {
				return true
			}
			found := structure{file: s.file}
			for _, field := range declared.Fields.List {
				for _, name := range field.Names {
					found.own = append(found.own, name.Name)
				}
				if len(field.Names) > 0 {
					continue
				}
				embedded := field.Type
				if pointer, ok := embedded.(*ast.StarExpr); ok {
					embedded = pointer.X
				}
				switch e := embedded.(type) {
				case *ast.Ident:
					found.promoting = append(found.promoting, s.parsed.Name.Name+"."+e.Name)
				case *ast.SelectorExpr:
					if pkg, ok := e.X.(*ast.Ident); ok {
						found.promoting = append(found.promoting, pkg.Name+"."+e.Sel.Name)
					}
				}
			}
			known[s.parsed.Name.Name+"."+spec.Name.Name] = found
			return true
		})
	}
	frame, contents := known["kit.Frame"].own, 0
	for name, c := range known {
		if !slices.Contains(c.promoting, "kit.Frame") {
			continue
		}
		contents++
		hiding := slices.Clone(c.own)
		for _, other := range c.promoting {
			if other != "kit.Frame" {
				hiding = append(hiding, known[other].own...)
			}
		}
		for _, field := range hiding {
			if slices.Contains(frame, field) {
				t.Errorf("%s: %s.%s stands in the place of the frame's", c.file, name, field)
			}
		}
	}
	if contents < 30 {
		t.Errorf("only %d contents of pages were found", contents)
	}
}

func TestWhatIsForTestsStaysInTests(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || within(s.pkg, forTests) {
			continue
		}
		for _, imported := range s.imports {
			if ours, ok := strings.CutPrefix(imported, module+"/"); ok && within(ours, forTests) || imported == "testing" {
				t.Errorf("%s imports %s, which is for tests", s.file, imported)
			}
		}
	}
}

func TestEveryPackageIsDescribed(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(top, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	described := map[string]bool{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		doc := ""
		if s.parsed.Doc != nil {
			doc = s.parsed.Doc.Text()
		}
		opening := regexp.MustCompile(`^(Package ` + s.parsed.Name.Name + `|Command \w+) `)
		described[s.pkg] = described[s.pkg] || opening.MatchString(doc) && len(doc) > 80
		if name := path.Base(s.pkg); slices.Contains([]string{"util", "utils", "common", "helper", "helpers", "misc", "shared", "manager", "base"}, name) {
			t.Errorf("%s: a package named %s tells nobody what is in it", s.file, name)
		}
	}
	for pkg, ok := range described {
		if !ok {
			t.Errorf("package %s has no comment that says what it is, why it is there and who calls it", pkg)
		}
		if !onMap(string(readme), pkg) {
			t.Errorf("the map in README.md has no line for %s", pkg)
		}
	}
}

// onMap tells whether the map has a line for the package or for one above it.
func onMap(readme, pkg string) bool {
	for p := pkg; p != "."; p = path.Dir(p) {
		if strings.Contains(readme, "| `"+p+"` |") {
			return true
		}
	}
	return false
}

// statement matches what can only be SQL.
var statement = regexp.MustCompile(`\bSELECT\s[\s\S]*\bFROM\b|\bINSERT\s+INTO\b|\b(CREATE|ALTER|DROP|TRUNCATE|OPTIMIZE)\s+TABLE\b`)

func TestOnlyQueriesHoldsSQL(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || within(s.pkg, sqlIn) {
			continue
		}
		ast.Inspect(s.parsed, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if ok && literal.Kind == token.STRING && statement.MatchString(literal.Value) {
				t.Errorf("%s holds SQL: %.60s", positions.Position(literal.Pos()), literal.Value)
			}
			return true
		})
	}
	each(t, func(file string) {
		if path.Ext(file) == ".sql" && !within(file, []string{"queries"}) {
			t.Errorf("%s: SQL files lie in queries", file)
		}
	})
}

// float finds the words that must not occur where money is.
var float = regexp.MustCompile(`float(32|64)`)

func TestMoneyIsNeverAFloat(t *testing.T) {
	each(t, func(file string) {
		if path.Ext(file) != ".go" || !within(file, []string{"internal/money", "internal/burden", "internal/policy"}) {
			return
		}
		text, err := os.ReadFile(filepath.Join(top, file))
		if err != nil {
			t.Fatal(err)
		}
		if found := float.Find(text); found != nil {
			t.Errorf("%s names %s", file, found)
		}
	})
}

// TestTheContextComesFirst: whoever calls a function knows where its context goes.
func TestTheContextComesFirst(t *testing.T) {
	contexts := 0
	for _, s := range sources(t) {
		ast.Inspect(s.parsed, func(n ast.Node) bool {
			function, ok := n.(*ast.FuncType)
			if !ok {
				return true
			}
			for i, field := range function.Params.List {
				named, ok := field.Type.(*ast.SelectorExpr)
				if !ok || named.Sel.Name != "Context" {
					continue
				}
				if pkg, ok := named.X.(*ast.Ident); ok && pkg.Name == "context" {
					contexts++
					if i > 0 {
						t.Errorf("%s: a context that is not the first parameter", positions.Position(field.Pos()))
					}
				}
			}
			return true
		})
	}
	if contexts < 500 {
		t.Errorf("only %d parameters are contexts; are they still found?", contexts)
	}
}

// slips are marks of unfinished work.
var slips = regexp.MustCompile(`\b(TODO|FIXME|XXX)\b`)

func TestNothingIsMarkedAsUnfinished(t *testing.T) {
	extensions := []string{".go", ".sql", ".js", ".mjs", ".css", ".html", ".yaml", ".md"}
	each(t, func(file string) {
		if !slices.Contains(extensions, path.Ext(file)) || file == "internal/arch_test.go" {
			return
		}
		text, err := os.ReadFile(filepath.Join(top, file))
		if err != nil {
			t.Fatal(err)
		}
		if found := slips.Find(text); found != nil {
			t.Errorf("%s is marked %s", file, found)
		}
	})
}

// leastVersion are the versions below which a library has a problem that reaches our users or our figures.
var leastVersion = map[string]string{
	"github.com/gofiber/fiber/v2":            "v2.52.15", // GO-2026-5887, GHSA-c5qf-v26h-rp5r and those before
	"github.com/valyala/fasthttp":            "v1.70.0",  // GO-2026-4950: paths were decoded twice
	"github.com/ClickHouse/clickhouse-go/v2": "v2.49.0",  // below, a decimal that overflows wraps in silence
	"github.com/ClickHouse/ch-go":            "v0.65.0",  // GO-2025-3603
	"github.com/xuri/excelize/v2":            "v2.11.1",  // GO-2026-5960 and seven crashes on hostile files
	"github.com/wneessen/go-mail":            "v0.7.1",   // CVE-2025-59937: an address could become several
	"github.com/shopspring/decimal":          "v1.6.0",   // below, a huge exponent eats the memory
}

func TestNoLibraryFallsBelowItsLeastVersion(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(top, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	mod, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, require := range mod.Require {
		found[require.Mod.Path] = require.Mod.Version
	}
	var libraries []string
	for library := range leastVersion {
		libraries = append(libraries, library)
	}
	sort.Strings(libraries)
	for _, library := range libraries {
		switch version := found[library]; {
		case version == "":
			t.Errorf("%s is not in go.mod", library)
		case semver.Compare(version, leastVersion[library]) < 0:
			t.Errorf("%s is at %s, at least %s is needed", library, version, leastVersion[library])
		}
	}
	if len(mod.Replace) > 0 {
		t.Errorf("go.mod replaces %s; a fresh clone would not build the same", mod.Replace[0].Old.Path)
	}
}
