// Package creditcode checks the 18-character unified social credit code (统一社会信用代码) of GB 32100-2015, which is the
// key of every contributing unit. Files and forms go through it before a code is believed. A resident identity number
// has 18 characters too and passes the check by chance once in 31 times, so the kind of a number has to stand beside it.
package creditcode

// Length is the number of characters of a code.
const Length = 18

// alphabet holds the characters of a code in the order of their values: no I, O, Z, S and V.
const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// weights are 3^i mod 31 for the first seventeen places.
var weights = [Length - 1]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}

// values gives each character's value, -1 for one that no code has. Lower-case letters count as their capitals.
var values = func() (table [256]int8) {
	for i := range table {
		table[i] = -1
	}
	for i := range len(alphabet) {
		c := alphabet[i]
		table[c] = int8(i) //nolint:gosec // 31 characters
		if c >= 'A' {
			table[c-'A'+'a'] = int8(i) //nolint:gosec // 31 characters
		}
	}
	return table
}()

// Normalise copies the code into an array, letters as capitals. It refuses another length and any character that no
// code has; whether the check character is right, CheckCharacter tells.
func Normalise(code []byte) (normal [Length]byte, ok bool) {
	if len(code) != Length {
		return normal, false
	}
	for i, c := range code {
		v := values[c]
		if v < 0 {
			return normal, false
		}
		normal[i] = alphabet[v]
	}
	return normal, true
}

// CheckCharacter computes the last character from the first seventeen.
func CheckCharacter(code [Length]byte) byte {
	sum := 0
	for i, weight := range weights {
		sum += int(values[code[i]]) * weight
	}
	return alphabet[(31-sum%31)%31]
}

// Valid tells whether the text is a code with the right check character.
func Valid(code string) bool {
	normal, ok := Normalise([]byte(code))
	return ok && CheckCharacter(normal) == normal[Length-1]
}

// WrongCharacter returns the place (from 1) of the first character that no code has and the character itself, 0 and ""
// where there is none.
func WrongCharacter(code string) (place int, character string) {
	for _, r := range code {
		place++
		if r > 127 || values[r] < 0 {
			return place, string(r)
		}
	}
	return 0, ""
}
