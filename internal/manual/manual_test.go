package manual

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jianfu/docs"
)

var languages = []string{"zh", "en"}

func address(language, name string) string { return "/docs/" + name + "?lang=" + language }

func manual(t *testing.T) *Manual {
	t.Helper()
	m, err := New(languages, address)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestEveryLinkLeadsToAPageAndAPartThatThereIs looks at all links of all pages as readers get them.
func TestEveryLinkLeadsToAPageAndAPartThatThereIs(t *testing.T) {
	m := manual(t)
	link := regexp.MustCompile(`href="([^"]+)"`)
	inside := regexp.MustCompile(`^/docs/([a-z-]+)\?lang=(zh|en)(?:#(.+))?$`)
	looked := 0
	for _, language := range languages {
		for _, page := range m.Pages(language) {
			for _, found := range link.FindAllStringSubmatch(string(page.Body), -1) {
				parts := inside.FindStringSubmatch(found[1])
				if parts == nil {
					if strings.HasPrefix(found[1], "/") || strings.HasSuffix(found[1], ".md") || strings.HasPrefix(found[1], "../") {
						t.Errorf("%s/%s links to %s, which the server does not have", language, page.Name, found[1])
					}
					continue
				}
				looked++
				to, there := m.Page(parts[2], parts[1])
				if !there {
					t.Errorf("%s/%s links to %s, which is not there", language, page.Name, found[1])
				}
				part := unescaped(parts[3])
				if part != "" && !strings.Contains(string(to.Body), `id="`+part+`"`) {
					t.Errorf("%s/%s links to %s, which has no such part", language, page.Name, found[1])
				}
			}
		}
	}
	if looked < 20 {
		t.Errorf("only %d links were looked at", looked)
	}
}

// unescaped undoes what a renderer does to letters in addresses.
func unescaped(text string) string {
	if decoded, err := url.PathUnescape(text); err == nil {
		return decoded
	}
	return text
}

func TestPagesAreTheSameInBothLanguagesAndSafeToShow(t *testing.T) {
	m := manual(t)
	var names [2][]string
	for i, language := range languages {
		for _, page := range m.Pages(language) {
			names[i] = append(names[i], page.Name)
			if page.Title == "" || len(page.Body) < 500 {
				t.Errorf("%s/%s: title %q, %d characters", language, page.Name, page.Title, len(page.Body))
			}
			for _, forbidden := range []string{"<script", " style=", "<img", "onclick", "../"} {
				if strings.Contains(string(page.Body), forbidden) && forbidden != "../" {
					t.Errorf("%s/%s holds %s", language, page.Name, forbidden)
				}
			}
		}
	}
	if !slices.Equal(names[0], names[1]) || names[0][0] != "getting-started" {
		t.Errorf("pages in Chinese %v, in English %v", names[0], names[1])
	}
	if files, err := docs.Files.ReadDir("zh"); err != nil || len(files) != len(names[0]) {
		t.Errorf("%d files, %d pages, %v", len(files), len(names[0]), err)
	}
}

func TestRawMarkupIsNotLetThrough(t *testing.T) {
	page, err := render("x", "zh", []byte("# 题\n\n<script>alert(1)</script>\n\n[a](javascript:alert(1))\n\n| a | b |\n| --- | ---: |\n| 1 | 2 |\n"), address)
	if err != nil || strings.Contains(string(page.Body), "<script") || strings.Contains(string(page.Body), "javascript:") || strings.Contains(string(page.Body), "style=") || !strings.Contains(string(page.Body), `align="right"`) {
		t.Errorf("%s, %v", page.Body, err)
	}
}

func TestSearchingFindsTitlesHeadingsAndWords(t *testing.T) {
	m := manual(t)
	for wanted, want := range map[string]string{"政策包": "policy-packs", "本单位的设置": "operations", "口径": "definitions"} {
		hits := m.Search("zh", wanted, 5)
		if !slices.ContainsFunc(hits, func(h Hit) bool { return h.Name == want }) {
			t.Errorf("%s finds %+v", wanted, hits)
		}
	}
	if hits := m.Search("zh", "本单位的设置", 5); hits[0].ID != "本单位的设置" {
		t.Errorf("the part is %+v", hits[0])
	}
	if hits := m.Search("en", "  ", 5); hits != nil {
		t.Errorf("nothing finds %+v", hits)
	}
	if hits := m.Search("en", "the", 3); len(hits) != 3 {
		t.Errorf("%d hits, 3 at most", len(hits))
	}
}
