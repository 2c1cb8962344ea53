package web

import (
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jianfu/internal/web/static"
)

var (
	cssComment   = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssBlock     = regexp.MustCompile(`\{[^{}]*\}`)
	cssClass     = regexp.MustCompile(`\.([A-Za-z][\w-]*)`)
	defined      = regexp.MustCompile(`{{define "([\w-]+)"}}`)
	called       = regexp.MustCompile(`{{(?:template|block|kept) "([\w-]+)"`)
	sheetLoaded  = regexp.MustCompile(`{{(?:template "page-style"|asset) "(\w+\.css)"`)
	goComment    = regexp.MustCompile(`(?s){{/\*.*?\*/}}`)
	controlWord  = regexp.MustCompile(`{{-? ?(?:if|else|end|with|range)\b[^}]*}}`)
	valueWord    = regexp.MustCompile(`{{[^}]*}}`)
	classesOf    = regexp.MustCompile(`class="([^"]*)"`)
	valueInWords = "\x00"
)

// foundByTests are classes without a rule, by which tests find what they look at.
var foundByTests = []string{"api-properties", "scenario", "download-evidence", "sign-in-product"}

// classesOfSheet are the classes that a style sheet has rules for.
func classesOfSheet(contents string) map[string]bool {
	selectors := cssBlock.ReplaceAllString(cssComment.ReplaceAllString(contents, ""), "{}")
	classes := map[string]bool{}
	for _, found := range cssClass.FindAllStringSubmatch(selectors, -1) {
		classes[found[1]] = true
	}
	return classes
}

// sheetsOf are all style sheets with their classes.
func sheetsOf(t *testing.T) map[string]map[string]bool {
	t.Helper()
	names, err := fs.Glob(static.Files, "*.css")
	if err != nil {
		t.Fatal(err)
	}
	sheets := map[string]map[string]bool{}
	for _, name := range names {
		contents, err := static.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sheets[path.Base(name)] = classesOfSheet(string(contents))
	}
	return sheets
}

// templateTexts are the texts of a file's templates, by their names.
func templateTexts(t *testing.T, file string) map[string]string {
	t.Helper()
	contents, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := goComment.ReplaceAllString(string(contents), "")
	texts := map[string]string{}
	starts := defined.FindAllStringSubmatchIndex(text, -1)
	for i, at := range starts {
		end := len(text)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		texts[text[at[2]:at[3]]] = text[at[1]:end]
	}
	return texts
}

// usedBy are the classes of a template's text: whole names, and patterns such as state-.* where the end is a value.
func usedBy(text string) []string {
	text = valueWord.ReplaceAllString(controlWord.ReplaceAllString(text, " "), valueInWords)
	var used []string
	for _, found := range classesOf.FindAllStringSubmatch(text, -1) {
		for name := range strings.FieldsSeq(found[1]) {
			if strings.Trim(name, valueInWords) != "" {
				used = append(used, strings.ReplaceAll(regexp.QuoteMeta(name), valueInWords, `[\w-]+`))
			}
		}
	}
	return used
}

// TestEveryClassOfAPageHasItsRuleInASheetThatThePageLoads reads the templates and the sheets as text.
func TestEveryClassOfAPageHasItsRuleInASheetThatThePageLoads(t *testing.T) {
	sheets := sheetsOf(t)
	scripts := ""
	if err := fs.WalkDir(static.Files, ".", func(file string, d fs.DirEntry, err error) error {
		if err == nil && path.Ext(file) == ".js" {
			contents, readErr := static.Files.ReadFile(file)
			scripts, err = scripts+string(contents), readErr
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*/*.html")
	if err != nil {
		t.Fatal(err)
	}
	shared := map[string]string{}
	for _, file := range files {
		if name := path.Base(file); name == "layout.html" || strings.HasPrefix(name, "part_") {
			maps.Copy(shared, templateTexts(t, file))
		}
	}
	for _, file := range files {
		page := strings.TrimSuffix(path.Base(file), ".html")
		if page == "layout" || strings.HasPrefix(page, "part_") {
			continue
		}
		texts := maps.Clone(shared)
		maps.Copy(texts, templateTexts(t, file))
		loaded, used := map[string]bool{}, map[string]bool{}
		done := map[string]bool{}
		var follow func(name string)
		follow = func(name string) {
			if done[name] {
				return
			}
			done[name] = true
			for _, found := range sheetLoaded.FindAllStringSubmatch(texts[name], -1) {
				maps.Copy(loaded, sheets[found[1]])
			}
			for _, class := range usedBy(texts[name]) {
				used[class] = true
			}
			for _, found := range called.FindAllStringSubmatch(texts[name], -1) {
				follow(found[1])
			}
		}
		follow("layout")
		if len(used) < 10 || len(loaded) < 100 {
			t.Fatalf("%s: %d classes used and %d with rules: the templates are not read rightly", page, len(used), len(loaded))
		}
		for _, class := range slices.Sorted(maps.Keys(used)) {
			is := regexp.MustCompile("^" + class + "$")
			matches := func(name string) bool { return is.MatchString(name) }
			if slices.Contains(foundByTests, class) {
				continue
			}
			if slices.ContainsFunc(slices.Collect(maps.Keys(loaded)), matches) || regexp.MustCompile(`\.`+class+`\b`).MatchString(scripts) {
				continue
			}
			var elsewhere []string
			for sheet, classes := range sheets {
				if slices.ContainsFunc(slices.Collect(maps.Keys(classes)), matches) {
					elsewhere = append(elsewhere, sheet)
				}
			}
			t.Errorf("%s: class %s has no rule in the sheets that the page loads; it has one in %v", page, class, elsewhere)
		}
	}
}

// tooNew is what the oldest browser that offices have does not know (Chromium 86), and what becomes of a list of selectors with it.
var tooNew = regexp.MustCompile(`:is\(|:where\(|[{;]\s*(?:inset|aspect-ratio)\b|@layer|@container`)

// TestStyleSheetsAreForOldBrowsers: a rule that a browser does not know is left out whole. One with :has() may be, so it stands alone.
func TestStyleSheetsAreForOldBrowsers(t *testing.T) {
	names, err := fs.Glob(static.Files, "*.css")
	if err != nil || len(names) == 0 {
		t.Fatal("no style sheets", err)
	}
	for _, name := range names {
		contents, err := static.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text := cssComment.ReplaceAllString(string(contents), "")
		for _, found := range tooNew.FindAllString(text, -1) {
			t.Errorf("%s uses %q", path.Base(name), found)
		}
		for _, selectors := range regexp.MustCompile(`([^{}]*)\{`).FindAllStringSubmatch(text, -1) {
			if list := strings.Split(selectors[1], ","); strings.Contains(selectors[1], ":has(") {
				for _, one := range list {
					if !strings.Contains(one, ":has(") {
						t.Errorf("%s: %q goes with a selector with :has(), and is lost with it", path.Base(name), strings.TrimSpace(one))
					}
				}
			}
		}
	}
}
