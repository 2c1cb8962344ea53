package web

import (
	"net/url"
	"strings"
)

// unitsHead is the head of a column, which sorts by it.
type unitsHead struct {
	Kind, Title, Address, Sorted string
}

// fieldsOf are the parameters of an address as fields of a form, but one, which the form has itself, and the page.
func fieldsOf(st state, own string) []option {
	_, query, _ := strings.Cut(st.url(""), "?")
	var fields []option
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if name != own && name != paramPage && name != "" {
			fields = append(fields, option{Value: unescaped(value), Text: name})
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

// option is one answer to a choice; Level is its depth in a tree.
type option struct {
	Value, Text string
	Selected    bool
	Level       int
	Keys        string // initials in pinyin by which it is found, "" where nobody types them
}

// languageAndTheme are what a form keeps of an address besides its own fields.
func languageAndTheme(st state) []option {
	plain, err := url.Parse(state{lang: st.lang, theme: st.theme}.url("/"))
	if err != nil {
		return nil
	}
	var hidden []option
	for _, name := range []string{paramLanguage, paramTheme} {
		if value := plain.Query().Get(name); value != "" {
			hidden = append(hidden, option{Value: value, Text: name})
		}
	}
	return hidden
}
