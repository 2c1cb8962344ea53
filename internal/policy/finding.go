package policy

import (
	"cmp"
	"slices"

	"jianfu/internal/problem"
)

// Severity tells an error, with which a pack must not be used, from a warning, which someone should look at.
type Severity string

// The severities.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
)

// Finding is one thing that `policy check` has to say about a pack. Its words are in the message catalogue under
// "problem.<code>" and take the values.
type Finding struct {
	Severity Severity `json:"severity"`
	Code     string   `json:"code"`
	File     string   `json:"file"`
	Line     int      `json:"line"`   // 0 where it is about the file
	Column   string   `json:"column"` // "" where it is about the line
	Values   []any    `json:"values"` // names and values in turn
}

// Fault is the finding as an error; its text says what is wrong, not where.
func (f Finding) Fault() *problem.Error { return &problem.Error{Code: f.Code, Values: f.Values} }

// findings collects while a pack is read or checked.
type findings struct{ list []Finding }

func (f *findings) fail(file string, line int, column, code string, values ...any) {
	f.list = append(f.list, Finding{SeverityError, code, file, line, column, values})
}

func (f *findings) warn(file string, line int, column, code string, values ...any) {
	f.list = append(f.list, Finding{SeverityWarning, code, file, line, column, values})
}

// failed tells whether any finding is an error.
func (f *findings) failed() bool {
	return slices.ContainsFunc(f.list, func(g Finding) bool { return g.Severity == SeverityError })
}

// sortFindings orders by file and line, errors before warnings on the same line.
func sortFindings(list []Finding) {
	slices.SortStableFunc(list, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Severity, b.Severity),
			cmp.Compare(a.Code, b.Code))
	})
}
