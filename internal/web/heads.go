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
