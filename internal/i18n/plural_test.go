package i18n

import (
	"regexp"
	"strings"
	"testing"
)

func TestACountStandsWithItsNoun(t *testing.T) {
	p := For(English)
	for count, want := range map[any]string{1: "1 unit", "1": "1 unit", "\x0e1\x0f": "\x0e1\x0f unit", uint64(2): "2 units", "1,001": "1,001 units", 0: "0 units"} {
		if got := p.T("web.spotlight.units", "units", count); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := p.T("web.overview.headline.not_fell", "none", 1, "increased", 1); got != "1 unit received none of it and 1 bears more than before" {
		t.Errorf("%q", got)
	}
}

// counted is a placeholder with what looks like a noun of more than one behind it.
var counted = regexp.MustCompile(`\{\{\.(\w+)\}\} (?:(?:[a-z]+ly |more |other |working |open |new |different |contribution |summary )?([a-z-]+s|persons|people))\b`)

// notCounts are placeholders that stand for no count, and notNouns words that are none.
var (
	notCounts = regexp.MustCompile(`^(run|load|file|area|name|place|month|insurance|reason|seconds_text|title|value|at|from|to|pack|state|account|author|by|who|window|unit|amount|measure|column|city|county|region|industry|size|way|payer|document|kind|method)$`)
	notNouns  = regexp.MustCompile(`^(is|was|has|this|less|as|its|does|always|plus|thus|works|stands|says|holds|names|lacks|needs|gives|owes|charges|receives|asks|bears|adds|goes|comes|follows|[a-z]+ses)$`)
)

// TestEveryCountHasAFormForOne reads the English texts: a count with a noun has a form for one, by plural or by the forms of its
// message.
func TestEveryCountHasAFormForOne(t *testing.T) {
	found := 0
	for key, entry := range catalogue(t, English) {
		_, forms := entry.forms["one"]
		for _, text := range entry.forms {
			found += strings.Count(text, "{{plural ")
			for _, m := range counted.FindAllStringSubmatch(text, -1) {
				if (m[1] != "count" || !forms) && !notCounts.MatchString(m[1]) && !notNouns.MatchString(m[2]) {
					t.Errorf("%s: %q has no form for one", key, m[0])
				}
			}
		}
	}
	if found < 100 {
		t.Errorf("only %d counts are found", found)
	}
}
