package kit

import (
	"net/url"
	"strings"
)

// ListHead is the head of a column of a list, which sorts by it.
type ListHead struct {
	Kind, Title, Address, Sorted string
}

// FieldsOf are the parameters of an address as fields of a form, but one, which the form has itself, and the page.
func FieldsOf(st State, own string) []Option {
	_, query, _ := strings.Cut(st.URL(""), "?")
	var fields []Option
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if name != own && name != ParamPage && name != "" {
			fields = append(fields, Option{Value: unescaped(value), Text: name})
		}
	}
	return fields
}

// unescaped is a parameter's value as it was before it was put into an address.
func unescaped(value string) string {
	plain, err := url.QueryUnescape(value)
	if err != nil {
		return ""
	}
	return plain
}

// Option is one answer to a choice; Level is its depth in a tree.
type Option struct {
	Value, Text string
	Selected    bool
	Level       int
	Keys        string // initials in pinyin by which it is found, "" where nobody types them
}

// LanguageAndTheme are what a form keeps of an address besides its own fields.
func LanguageAndTheme(st State) []Option {
	plain, err := url.Parse(State{Lang: st.Lang, Theme: st.Theme}.URL("/"))
	if err != nil {
		return nil
	}
	var hidden []Option
	for _, name := range []string{ParamLanguage, ParamTheme} {
		if value := plain.Query().Get(name); value != "" {
			hidden = append(hidden, Option{Value: value, Text: name})
		}
	}
	return hidden
}
