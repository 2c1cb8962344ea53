// Package i18n gives every text that a person reads, in Chinese (the first language) and English. The texts lie in
// locales/<language>/<area>.yaml, one file an area of the product, and are embedded in the binary. Commands, pages,
// reports and problems ask a Printer for them by key; code holds no sentence of its own, so that a bureau can read and
// correct all wording in one place.
package i18n

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"jianfu/internal/problem"
)

//go:embed all:locales
var locales embed.FS

// Chinese and English are the languages that there are; Chinese is what a reader gets who asks for none of them.
const (
	Chinese = "zh"
	English = "en"
)

// Languages lists the languages in the order in which a switch shows them.
var Languages = []string{Chinese, English}

// Printer gives the texts of one language. It is safe for concurrent use.
type Printer struct {
	language  string
	localizer *goi18n.Localizer
	numbers   *message.Printer
	keys      []string // sorted
}

// printers reads the catalogue once. A catalogue that cannot be read is a defect of the build, which the tests of this
// package find; there is nothing a user could do about it.
var printers = sync.OnceValue(func() map[string]*Printer {
	all := map[string]*Printer{}
	for _, lang := range Languages {
		p, err := newPrinter(lang)
		if err != nil {
			panic(fmt.Sprintf("message catalogue %s: %v", lang, err))
		}
		all[lang] = p
	}
	return all
})

// For returns the printer of a language such as "zh", "en", "zh-CN" or "en_US.UTF-8"; any other gives Chinese.
func For(lang string) *Printer { return printers()[Match(lang)] }

// Match returns the language of the catalogue that serves a reader who asks for lang.
func Match(lang string) string {
	if lang = strings.ToLower(strings.TrimSpace(lang)); lang == English || strings.HasPrefix(lang, English+"-") || strings.HasPrefix(lang, English+"_") {
		return English
	}
	return Chinese
}

// newPrinter merges all files of a language. Each language has a bundle of its own, so that a text that is missing
// shows as its key and not, unnoticed, in the other language.
func newPrinter(lang string) (*Printer, error) {
	tag := language.Make(lang)
	bundle := goi18n.NewBundle(tag)
	var keys []string
	files, err := fs.Glob(locales, "locales/"+lang+"/*.yaml")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		text, err := locales.ReadFile(file)
		if err != nil {
			return nil, err
		}
		messages, err := bundle.ParseMessageBytes(tag, text, unmarshalYAML)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path.Base(file), err)
		}
		for _, m := range messages {
			keys = append(keys, m.ID)
		}
	}
	slices.Sort(keys)
	return &Printer{lang, goi18n.NewLocalizer(bundle, lang), message.NewPrinter(tag), keys}, nil
}

// unmarshalYAML is the reader of the catalogue files as go-i18n wants it; an empty file holds no messages.
func unmarshalYAML(text []byte, into any) error {
	var messages map[string]any
	if err := yaml.Unmarshal(text, &messages); err != nil {
		return err
	}
	if messages == nil {
		messages = map[string]any{}
	}
	*into.(*any) = messages
	return nil
}

// Language is the language of the texts, "zh" or "en".
func (p *Printer) Language() string { return p.language }

// T returns the text of a key. Names and values come in turn and fill {{.name}} in the text. A key that is not in the
// catalogue is returned as it is, so that the gap can be seen.
func (p *Printer) T(key string, namesAndValues ...any) string {
	text, ok := p.lookup(key, p.data(namesAndValues), nil)
	if !ok {
		return key
	}
	return text
}

// N returns the text of a key in the form that goes with count, which fills {{.count}}, its digits grouped in threes.
func (p *Printer) N(key string, count int, namesAndValues ...any) string {
	data := p.data(namesAndValues)
	data["count"] = p.Number(int64(count))
	if text, ok := p.lookup(key, data, count); ok {
		return text
	}
	// A text without forms of its own serves every count.
	if text, ok := p.lookup(key, data, nil); ok {
		return text
	}
	return key
}

// Has tells whether the catalogue has a text for the key.
func (p *Printer) Has(key string) bool {
	_, ok := p.lookup(key, map[string]any{}, nil)
	return ok
}

// Keys lists what follows the prefix in the catalogue's keys: Keys("reject.") lists the codes of rejects. The languages
// have the same keys.
func Keys(prefix string) []string {
	var rest []string
	for _, key := range For(Chinese).keys {
		if name, ok := strings.CutPrefix(key, prefix); ok {
			rest = append(rest, name)
		}
	}
	return rest
}

// Number writes a whole number with its digits grouped in threes.
func (p *Printer) Number(n int64) string { return p.numbers.Sprintf("%d", n) }

func (p *Printer) lookup(key string, data map[string]any, pluralCount any) (string, bool) {
	text, err := p.localizer.Localize(&goi18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: pluralCount, TemplateParser: pluralParser{}})
	return text, err == nil
}

// worded is a value with a word in the catalogue.
type worded interface{ WordKey() string }

// word is the text of a value's word, or what the value itself reads where it has none.
func (p *Printer) word(value worded) string {
	if text, ok := p.lookup(value.WordKey(), nil, nil); ok {
		return text
	}
	return fmt.Sprint(value)
}

// data turns names and values into what the text's template reads; an error among the values is put into words, and so is what
// has a word.
func (p *Printer) data(namesAndValues []any) map[string]any {
	data := make(map[string]any, len(namesAndValues)/2+1)
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		value := namesAndValues[i+1]
		switch v := value.(type) {
		case error:
			value = p.Error(v)
		case worded:
			value = p.word(v)
		case problem.Words:
			words := make([]string, len(v))
			for i, one := range v {
				words[i] = p.word(one)
			}
			value = strings.Join(words, p.T("web.list_separator"))
		}
		data[fmt.Sprint(namesAndValues[i])] = value
	}
	return data
}
