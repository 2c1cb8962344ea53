package queries

import (
	"strings"

	"golang.org/x/text/width"

	"jianfu/internal/creditcode"
	"jianfu/internal/pinyin"
	"jianfu/internal/problem"
)

// UnitSearch is what somebody looks for: the beginning of a code, or words that a name holds, whole, by its reading or by
// the initials of that. The zero UnitSearch looks for nothing and finds all.
type UnitSearch struct {
	Code  string
	Words []string
}

// leastDigits is from how many digits on a text in Latin letters and digits is meant as a code.
const leastDigits = 5

// ReadUnitSearch reads what somebody typed, full width or half, in capitals or not. Of what is meant as a code it says
// which character is wrong.
func ReadUnitSearch(text string) (UnitSearch, error) {
	narrow := width.Fold.String(strings.TrimSpace(text))
	if narrow == "" {
		return UnitSearch{}, nil
	}
	code := strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(narrow))
	digits, plain := 0, true
	for _, r := range code {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r < 'A' || r > 'Z':
			plain = false
		}
	}
	if plain && (digits >= leastDigits || len(code) == creditcode.Length && digits > 0) {
		return codeSearch(code)
	}
	var search UnitSearch
	for word := range strings.FieldsSeq(narrow) {
		if word = pinyin.Fold(word); word != "" {
			search.Words = append(search.Words, word)
		}
	}
	if len(search.Words) == 0 {
		return UnitSearch{}, problem.New("unit_search_empty", "text", text)
	}
	if place, _ := creditcode.WrongCharacter(code); plain && place == 0 && digits > 0 {
		search.Code = code
	}
	return search, nil
}

// codeSearch checks a code, or the beginning of one.
func codeSearch(code string) (UnitSearch, error) {
	if len(code) > creditcode.Length {
		return UnitSearch{}, problem.New("unit_search_code_long", "length", len(code))
	}
	if place, character := creditcode.WrongCharacter(code); place > 0 {
		return UnitSearch{}, problem.New("unit_search_code_character", "place", place, "character", character)
	}
	if len(code) == creditcode.Length && !creditcode.Valid(code) {
		normal, _ := creditcode.Normalise([]byte(code))
		return UnitSearch{}, problem.New("unit_search_code_check", "expected", string(creditcode.CheckCharacter(normal)),
			"found", code[creditcode.Length-1:])
	}
	return UnitSearch{Code: code}, nil
}
