package i18n

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/goccy/go-yaml"

	"jianfu/internal/problem"
)

func TestTexts(t *testing.T) {
	zh, en := For("zh"), For("en")
	for name, c := range map[string]struct{ got, want string }{
		"a text fills in the values that it names": {
			en.T("problem.unexpected", "detail", "disk on fire"),
			"Something unexpected happened and the work was not done. Please pass this on to the administrator: disk on fire",
		},
		"a missing key shows itself":                     {zh.T("no.such.key", "a", 1), "no.such.key"},
		"a missing key with a count shows itself":        {en.N("no.such.key", 3), "no.such.key"},
		"a text without forms serves a count of one":     {en.N("language.zh", 1), "中文"},
		"numbers are grouped in threes":                  {zh.Number(1234567), "1,234,567"},
		"an unknown language is Chinese":                 {For("fr").Language(), "zh"},
		"a locale of the environment names its language": {For("en_US.UTF-8").Language(), "en"},
		"a browser's language names its language":        {For("en-GB").Language(), "en"},
		"nothing wrong is no text":                       {zh.Error(nil), ""},
		"an error that is no problem is passed on": {
			zh.Error(errors.New("boom")), zh.T("problem.unexpected", "detail", "boom"),
		},
		"a problem deep in a chain is found": {
			en.Error(fmt.Errorf("loading: %w", problem.New("unexpected", "detail", "x"))), en.T("problem.unexpected", "detail", "x"),
		},
		"a problem without a text shows its code": {en.Error(problem.New("no_such_code", "n", 1)), "no_such_code n=1"},
		"joined errors give a line each": {
			en.Error(errors.Join(problem.New("no_such_a"), problem.New("no_such_b"))), "no_such_a\nno_such_b",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if c.got != c.want {
				t.Errorf("got %q, want %q", c.got, c.want)
			}
		})
	}
}

func TestKeysAreListedByTheirPrefix(t *testing.T) {
	if got, want := Keys("language."), []string{"en", "zh"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestPrintersServeManyAtOnce(t *testing.T) {
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			for range 100 {
				For(Languages[i%2]).T("problem.unexpected", "detail", i)
			}
		})
	}
	wait.Wait()
}

// entry is one text of the catalogue: where it stands and what its forms say.
type entry struct {
	file  string
	forms map[string]string
}

// catalogue reads the files of a language without the library, so that its test does not depend on what it tests.
func catalogue(t *testing.T, lang string) map[string]entry {
	t.Helper()
	files, err := fs.Glob(locales, "locales/"+lang+"/*")
	if err != nil {
		t.Fatal(err)
	}
	entries := map[string]entry{}
	for _, file := range files {
		if path.Ext(file) != ".yaml" {
			t.Errorf("%s is not a .yaml file and would never be read", file)
			continue
		}
		text, err := locales.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var messages map[string]any
		if err := yaml.Unmarshal(text, &messages); err != nil {
			t.Errorf("%s/%s: %v", lang, path.Base(file), err)
			continue
		}
		for key, value := range messages {
			if earlier, ok := entries[key]; ok {
				t.Errorf("%s: key %q stands in %s and again in %s", lang, key, earlier.file, path.Base(file))
			}
			entries[key] = entry{path.Base(file), formsOf(t, lang+" "+key, value)}
		}
	}
	return entries
}

func formsOf(t *testing.T, where string, value any) map[string]string {
	t.Helper()
	switch v := value.(type) {
	case string:
		return map[string]string{"other": v}
	case map[string]any:
		forms := map[string]string{}
		for form, text := range v {
			forms[form] = fmt.Sprint(text)
			if form != "one" && form != "other" && form != "description" {
				t.Errorf("%s: keys are flat and %q is no plural form", where, form)
			}
		}
		if forms["other"] == "" {
			t.Errorf("%s: has no form \"other\"", where)
		}
		return forms
	default:
		t.Errorf("%s: is a %T, not a text; put quotes around it", where, value)
		return nil
	}
}

var placeholder = regexp.MustCompile(`\.([a-z_A-Z0-9]+)`)

var action = regexp.MustCompile(`\{\{[^}]*\}\}`)

// valuesOf lists the values that a text names, sorted.
func valuesOf(text string) []string {
	var names []string
	for _, a := range action.FindAllString(text, -1) {
		for _, m := range placeholder.FindAllStringSubmatch(a, -1) {
			names = append(names, m[1])
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestTheTwoLanguagesSayTheSame(t *testing.T) {
	zh, en := catalogue(t, Chinese), catalogue(t, English)
	for key, z := range zh {
		e, ok := en[key]
		if !ok {
			t.Errorf("key %q (zh/%s) has no English text", key, z.file)
			continue
		}
		if z.file != e.file {
			t.Errorf("key %q stands in zh/%s but en/%s", key, z.file, e.file)
		}
		if got, want := valuesOf(e.forms["other"]), valuesOf(z.forms["other"]); !slices.Equal(got, want) {
			t.Errorf("key %q (%s) names %v in English and %v in Chinese", key, z.file, got, want)
		}
		if _, ok := z.forms["one"]; ok {
			t.Errorf("key %q (zh/%s): Chinese has no form \"one\"", key, z.file)
		}
	}
	for key, e := range en {
		if _, ok := zh[key]; !ok {
			t.Errorf("key %q (en/%s) has no Chinese text", key, e.file)
		}
	}
}

func TestEveryTextCanBePrinted(t *testing.T) {
	for _, lang := range Languages {
		p, err := newPrinter(lang)
		if err != nil {
			t.Fatal(err)
		}
		for key, e := range catalogue(t, lang) {
			var values []any
			for _, name := range valuesOf(strings.Join([]string{e.forms["one"], e.forms["other"]}, "")) {
				values = append(values, name, "VALUE")
			}
			if text := p.T(key, values...); strings.TrimSpace(text) == "" || strings.Contains(text, "<no value>") {
				t.Errorf("%s: %q prints %q", lang, key, text)
			}
			if !p.Has(key) {
				t.Errorf("%s: %q cannot be printed; is its template well formed?", lang, key)
			}
		}
	}
}
