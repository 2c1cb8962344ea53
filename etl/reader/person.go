package reader

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
)

// nobodyWords are what sources write where they know no number, in small letters.
var nobodyWords = []string{"null", "n/a", "#n/a", "na", "none", "nil", "nan", "#ref!", "#value!", "无", "空", "不详", "未知", "暂无", "没有", "缺", "无编号"}

var scientificNumber = regexp.MustCompile(`^[0-9](\.[0-9]+)?[eE]\+?[0-9]{1,2}$`)

// anonymity tells whether a person's number names a person. A number that names nobody is no identity: whoever has it would
// be taken for one person and be charged twice over.
func anonymity(number []byte) (why Note, anonymous bool) {
	switch {
	case len(bytes.Trim(number, "-—_/\\.*?#~ ")) == 0:
		return PersonsBlank, true
	case len(bytes.Trim(number, "0")) == 0:
		return PersonsBlank, true
	case len(number) >= leastRepeated && number[0] >= '0' && number[0] <= '9' && len(bytes.Trim(number, string(number[:1]))) == 0:
		return PersonsBlank, true
	case len(number) == 18 && bytes.HasSuffix(number, []byte("000")) && onlyDigits(number) && identityCheck(number) != '0':
		return PersonsCut, true
	case len(number) <= 12 && slices.Contains(nobodyWords, strings.ToLower(string(number))):
		return PersonsBlank, true
	case bytes.ContainsAny(number, "eE") && scientificNumber.Match(number):
		return PersonsScientific, true
	}
	return 0, false
}

// leastRepeated is from how many digits on one digit repeated is no number: a firm of eleven has a person 11.
const leastRepeated = 6

func onlyDigits(text []byte) bool { return len(bytes.Trim(text, "0123456789")) == 0 }

// identityCheck is the check character of a resident identity number, per GB 11643-1999.
func identityCheck(number []byte) byte {
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(number[i]-'0') * w
	}
	return "10X98765432"[sum%11]
}
