// Package problem is how jianfu says that something went wrong: a code for machines and for the message catalogue, the
// values that the message names, and the cause for the log. The words for people are in internal/i18n, in their
// language; the code is also the key of the message ("problem.<code>").
package problem

import (
	"errors"
	"fmt"
	"strings"
)

// Error is one problem. Values come in the order in which they were given, as name and value in turn.
type Error struct {
	Code   string
	Values []any
	Cause  error
}

// New makes a problem; values are names and values in turn: New("engine_locked", "dir", dir).
func New(code string, values ...any) *Error { return &Error{Code: code, Values: values} }

// Wrap makes a problem with a cause.
func Wrap(cause error, code string, values ...any) *Error {
	return &Error{Code: code, Values: values, Cause: cause}
}

// Error is the text for the log.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Code)
	for i := 0; i+1 < len(e.Values); i += 2 {
		fmt.Fprintf(&b, " %v=%v", e.Values[i], e.Values[i+1])
	}
	if e.Cause != nil {
		b.WriteString(": ")
		b.WriteString(e.Cause.Error())
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Code returns the code of the outermost problem in err's chain, or "".
func Code(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}

// Word is a value that stands in a message as the catalogue's text of this key.
type Word string

// WordKey is the key.
func (w Word) WordKey() string { return string(w) }

// Words are several of them, which a message lists.
type Words []Word
