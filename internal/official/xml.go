package official

import (
	"bytes"
	"encoding/xml"
	"strings"
)

// element is an element of XML, built as it nests.
type element struct {
	name     string
	pairs    []string // names and values of attributes, in turn
	children []element
	text     string
}

// el is an element with attributes, by pairs of name and value.
func el(name string, pairs ...string) element { return element{name: name, pairs: pairs} }

// of puts elements into it.
func (e element) of(children ...element) element {
	e.children = append(e.children[:len(e.children):len(e.children)], children...)
	return e
}

// with puts text into it. Spaces at its ends count.
func (e element) with(text string) element {
	e.text = text
	if strings.TrimSpace(text) != text {
		e.pairs = append(e.pairs[:len(e.pairs):len(e.pairs)], "xml:space", "preserve")
	}
	return e
}

func (e element) write(b *bytes.Buffer) {
	b.WriteString("<" + e.name)
	for i := 0; i+1 < len(e.pairs); i += 2 {
		b.WriteString(" " + e.pairs[i] + `="`)
		_ = xml.EscapeText(b, []byte(e.pairs[i+1])) // a buffer takes everything
		b.WriteString(`"`)
	}
	if len(e.children) == 0 && e.text == "" {
		b.WriteString("/>")
		return
	}
	b.WriteString(">")
	_ = xml.EscapeText(b, []byte(e.text)) // a buffer takes everything
	for _, child := range e.children {
		child.write(b)
	}
	b.WriteString("</" + e.name + ">")
}

// part is the element as a file.
func (e element) part() []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n")
	e.write(&b)
	return b.Bytes()
}
