package engine

import (
	"errors"
	"regexp"
	"strconv"
	"strings"

	"jianfu/internal/problem"
)

// exception is an error of the engine: its text as ClickHouse writes it, and the code that the text begins with.
type exception struct {
	code int
	text string
}

func (e *exception) Error() string { return e.text }

var exceptionCode = regexp.MustCompile(`Code: (\d+)\.`)

// newException reads the code out of the engine's text. A text without one, such as "Invalid or closed connection"
// from the library itself, counts as a logical error of the engine.
func newException(text string) *exception {
	const logicalError = 49
	if m := exceptionCode.FindStringSubmatchIndex(text); m != nil {
		if code, err := strconv.Atoi(text[m[2]:m[3]]); err == nil {
			return &exception{code: code, text: text[m[0]:]}
		}
	}
	return &exception{code: logicalError, text: "Code: " + strconv.Itoa(logicalError) + ". DB::Exception: " + text}
}

// Explain turns an exception of the engine, its code and its text, into a problem that says to people what they can do
// about it; nil where there is nothing that they could. For package store, which alone sees clickhouse-go's exceptions.
func Explain(code int32, text string) *problem.Error {
	cause := errors.New(text)
	switch code {
	case 243: // NOT_ENOUGH_SPACE
		return problem.Wrap(cause, "engine_storage_full")
	case 241, 173: // MEMORY_LIMIT_EXCEEDED, CANNOT_ALLOCATE_MEMORY
		return problem.Wrap(cause, "engine_out_of_memory")
	case 159, 160: // TIMEOUT_EXCEEDED, TOO_SLOW
		return problem.Wrap(cause, "engine_too_slow")
	case 394: // QUERY_WAS_CANCELLED
		return problem.Wrap(cause, "engine_cancelled")
	}
	// Where a write fails in the middle of a file, the code is that of the file operation.
	if strings.Contains(text, "No space left on device") || strings.Contains(text, "Disk quota exceeded") {
		return problem.Wrap(cause, "engine_storage_full")
	}
	return nil
}
