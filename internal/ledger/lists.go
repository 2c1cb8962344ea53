package ledger

import (
	"slices"

	"jianfu/internal/problem"
)

// Source is how an issue came in (问题来源).
type Source string

// Sources lists the ways; the first is jianfu's own detection.
var Sources = []Source{FromSystem, "hotline_12366", "transfer_12333", "hotline_12345", "hall", "web", "letter", "visit", "seminar", "inspection"}

// FromSystem is the source of what detection found.
const FromSystem Source = "system"

// Nature is what somebody wants (诉求性质): the classes of the 12366 line, and what nobody asked for but was found.
type Nature string

// Natures lists them.
var Natures = []Nature{"consult", "complaint", "report", "suggestion", "found"}

// Category is what an issue is about (问题类别): the classes of 税总函〔2019〕40号.
type Category string

// Categories lists them.
var Categories = []Category{"policy", "enforcement", "service", "system", "relief", "other"}

// Severity is how bad it is.
type Severity string

// Severities lists them, the least first.
var Severities = []Severity{"low", "normal", "high", "urgent"}

// Exemption is why a shortfall is right as it is, by name.
type Exemption string

// Exemptions lists them: the unit has no claim to the cut, owes the amount for another reason, gave it up in writing, or
// has been wound up.
var Exemptions = []Exemption{"not_entitled", "arrears_offset", "waived", "wound_up", "data_error"}

// LinkKind is what an issue can be linked to.
type LinkKind string

// LinkKinds lists them.
var LinkKinds = []LinkKind{"issue", "unit", "case", "finding", "load", "run"}

func in[T ~string](list []T, value T) bool { return slices.Contains(list, value) }

// Missing is what an action lacks; name is that of the field, as the catalogue has it under web.issue_field.
func Missing(action Action, name string) error {
	return problem.New("ledger_missing", "action", action, "name", problem.Word("web.issue_field."+name))
}

// UnknownWord says that a field has a value that is none, and which there are: words of the catalogue under web.issue_NAME.
func UnknownWord[T ~string](name string, list []T, value string) error {
	words := make(problem.Words, len(list))
	for i, one := range list {
		words[i] = problem.Word("web.issue_" + name + "." + string(one))
	}
	return problem.New("ledger_unknown_word", "name", problem.Word("web.issue_field."+name), "value", value, "words", words)
}

// known tells whether a field has one of its values, or none.
func known[T ~string](name string, list []T, value T) error {
	if value == "" || in(list, value) {
		return nil
	}
	return UnknownWord(name, list, string(value))
}
