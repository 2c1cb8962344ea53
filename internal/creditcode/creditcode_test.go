package creditcode

import "testing"

func TestCodes(t *testing.T) {
	for name, c := range map[string]struct {
		code  string
		valid bool
	}{
		"a published enterprise code":              {"91350100M000100Y43", true},
		"a published company code":                 {"91440300708461136T", true},
		"a check character of 0":                   {"91320602UMBAFQGHQ0", true},
		"lower-case letters count as capitals":     {"91350100m000100y43", true},
		"a wrong check character":                  {"91350100M000100Y44", false},
		"two characters swapped":                   {"91350100M000100Y34", false},
		"the letter O in place of a zero":          {"9135O100M000100Y43", false},
		"seventeen characters":                     {"91350100M000100Y4", false},
		"nineteen characters":                      {"91350100M000100Y431", false},
		"no characters":                            {"", false},
		"Chinese characters of eighteen bytes":     {"统一社会信用", false},
		"an identity number that fails the check":  {"11010519491231002X", false},
		"a space inside":                           {"91350100 000100Y43", false},
		"eighteen zeros are arithmetically a code": {"000000000000000000", true},
	} {
		t.Run(name, func(t *testing.T) {
			if Valid(c.code) != c.valid {
				t.Errorf("Valid(%q) = %v", c.code, !c.valid)
			}
		})
	}
}

func TestTheWeightsArePowersOfThree(t *testing.T) {
	power := 1
	for i, weight := range weights {
		if weight != power {
			t.Errorf("weight %d is %d, want %d", i+1, weight, power)
		}
		power = power * 3 % 31
	}
}

func TestEveryOtherCheckCharacterIsRefused(t *testing.T) {
	code, _ := Normalise([]byte("91350100M000100Y43"))
	for i := range len(alphabet) {
		code[Length-1] = alphabet[i]
		if Valid(string(code[:])) != (alphabet[i] == '3') {
			t.Errorf("check character %c", alphabet[i])
		}
	}
}

func TestWrongCharacterNamesPlaceAndCharacter(t *testing.T) {
	for code, want := range map[string]struct {
		place     int
		character string
	}{
		"91350100M000100Y43": {0, ""},
		"9135O100M000100Y43": {5, "O"},
		"913501统0M000100Y43": {7, "统"},
	} {
		if place, character := WrongCharacter(code); place != want.place || character != want.character {
			t.Errorf("WrongCharacter(%q) = %d, %q", code, place, character)
		}
	}
}

func FuzzNormalise(f *testing.F) {
	f.Add([]byte("91350100M000100Y43"))
	f.Fuzz(func(t *testing.T, code []byte) {
		normal, ok := Normalise(code)
		if !ok {
			return
		}
		normal[Length-1] = CheckCharacter(normal)
		if !Valid(string(normal[:])) {
			t.Errorf("the computed check character of %q is refused", normal)
		}
	})
}
