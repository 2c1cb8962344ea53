package sample

import (
	"jianfu/internal/contribution"
	"jianfu/internal/creditcode"
)

// codeAlphabet holds the characters of a credit code.
const codeAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// codeSpace is the number of ways to fill the places that tell the units of a sample apart, 31 to the fifth.
const codeSpace = 31 * 31 * 31 * 31 * 31

// unitCode gives a unit its 统一社会信用代码: registration body and kind, region, the organisation's own code with its
// check character (GB 11714), and the check character of the whole (GB 32100-2015). Units of one sample differ.
func unitCode(number int, seed uint64, r *contribution.Unit) string {
	var code [creditcode.Length]byte
	kind := "91"
	switch r.Kind {
	case contribution.SelfEmployed:
		kind = "92"
	case contribution.Institution:
		kind = "12"
	case contribution.Organization:
		kind = "51"
	}
	copy(code[:], kind)
	copy(code[2:], r.RegionCode)
	copy(code[8:], "MA")
	// A multiplication by a number prime to the space spreads the numbers and never lets two meet.
	spread := (uint64(number)*9_700_417 + mix(seed)%codeSpace) % codeSpace //nolint:gosec // not negative
	code[10] = codeAlphabet[1+mix(seed)%30]
	for i := 15; i > 10; i-- {
		code[i] = codeAlphabet[spread%31]
		spread /= 31
	}
	code[16] = organisationCheck(code[8:16])
	code[17] = creditcode.CheckCharacter(code)
	return string(code[:])
}

// organisationCheck is the check character of GB 11714; X stands for ten.
func organisationCheck(code []byte) byte {
	sum := 0
	for i, weight := range [8]int{3, 7, 9, 10, 5, 8, 4, 2} {
		value := int(code[i] - '0')
		if code[i] >= 'A' {
			value = int(code[i]-'A') + 10
		}
		sum += value * weight
	}
	switch check := 11 - sum%11; check {
	case 10:
		return 'X'
	case 11:
		return '0'
	default:
		return byte('0' + check) //nolint:gosec // one digit
	}
}
