package i18n

import (
	"fmt"
	"strings"
	texttemplate "text/template"
	"unicode"

	"github.com/nicksnyder/go-i18n/v2/i18n/template"
)

// pluralParser reads texts, in which {{plural .units `unit` `units`}} writes a count with the noun that goes with it. A text with one
// count may have the forms of a message instead; one with several cannot.
type pluralParser struct{}

// Cacheable lets a text be read once: what it is read to keeps nothing between two uses.
func (pluralParser) Cacheable() bool { return true }

func (pluralParser) Parse(text, left, right string) (template.ParsedTemplate, error) {
	return (&template.TextParser{Funcs: texttemplate.FuncMap{"plural": plural}}).Parse(text, left, right)
}

// plural is a count with its noun: "1 unit", "1,200 units". The count may be a text, with marks around it that make it stand out.
func plural(count any, one, other string) string {
	text := fmt.Sprint(count)
	noun := other
	if strings.TrimFunc(text, unicode.IsControl) == "1" {
		noun = one
	}
	return text + " " + noun
}
