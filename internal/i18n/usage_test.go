package i18n

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// root is the top of the repository, seen from this package.
const root = "../.."

// TestEveryKeyThatIsAskedForExists reads the Go sources and the templates for keys written out as text. Keys that are
// put together at run time are the matter of the tests beside that code.
func TestEveryKeyThatIsAskedForExists(t *testing.T) {
	zh, en := catalogue(t, Chinese), catalogue(t, English)
	check := func(where, key string) {
		if _, ok := zh[key]; !ok {
			t.Errorf("%s asks for %q, which has no Chinese text", where, key)
		}
		if _, ok := en[key]; !ok {
			t.Errorf("%s asks for %q, which has no English text", where, key)
		}
	}
	walk(t, func(file string) {
		switch filepath.Ext(file) {
		case ".go":
			if !strings.HasSuffix(file, "_test.go") {
				keysInGo(t, file, check)
			}
		case ".html", ".tmpl", ".gohtml":
			keysInTemplate(t, file, check)
		}
	})
}

// walk calls visit for the files of the repository that are its own.
func walk(t *testing.T, visit func(file string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); name == "node_modules" || name == "testdata" || name == "data" || name == "bin" || strings.HasPrefix(name, ".") && name != ".." {
				return filepath.SkipDir
			}
			return nil
		}
		visit(file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// keysInGo finds p.T("key", …), p.N("key", …), problem.New("code", …) and problem.Wrap(err, "code", …).
func keysInGo(t *testing.T, file string, check func(where, key string)) {
	t.Helper()
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Logf("%s: %v", file, err) // the compiler says it better
		return
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		selector, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		argument, prefix := -1, ""
		receiver, _ := selector.X.(*ast.Ident)
		switch name := selector.Sel.Name; {
		case name == "T" || name == "N":
			argument = 0
		case receiver != nil && receiver.Name == "problem" && name == "New":
			argument, prefix = 0, "problem."
		case receiver != nil && receiver.Name == "problem" && name == "Wrap":
			argument, prefix = 1, "problem."
		}
		if argument < 0 || argument >= len(call.Args) {
			return true
		}
		if literal, ok := call.Args[argument].(*ast.BasicLit); ok && literal.Kind == token.STRING {
			if key, err := strconv.Unquote(literal.Value); err == nil {
				check(files.Position(literal.Pos()).String(), prefix+key)
			}
		}
		return true
	})
}

// templateKey finds {{T "key"}}, {{.T "key"}}, {{$.P.N "key" …}} and (T "key") in a template.
var templateKey = regexp.MustCompile(`(?:^|[\s.({])[TN] "([^"]+)"`)

func keysInTemplate(t *testing.T, file string, check func(where, key string)) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(text), "\n") {
		for _, m := range templateKey.FindAllStringSubmatch(line, -1) {
			check(file+":"+strconv.Itoa(i+1), m[1])
		}
	}
}
