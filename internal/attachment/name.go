package attachment

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// longestName is how many bytes a name may have; common file systems take 255, and downloads put something before it.
const longestName = 180

// CleanName makes the name that a browser or a mail gave a file safe to show and to save anywhere: no folder, nothing that
// steers a terminal or turns the direction of reading, nothing that Windows refuses, not too long. Its ending stays.
func CleanName(name string) string {
	name = strings.ReplaceAll(name, `\`, "/")
	name = name[strings.LastIndexByte(name, '/')+1:]
	name = norm.NFC.String(strings.ToValidUTF8(name, "_"))
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		case unicode.Is(unicode.C, r): // control, direction, private use
			return -1
		}
		return r
	}, name)
	name = strings.TrimLeft(strings.TrimRight(strings.Join(strings.Fields(name), " "), ". "), ". -")
	ending := path.Ext(name)
	stem := strings.TrimRight(strings.TrimSuffix(name, ending), ". ")
	if stem == "" || len(ending) > 10 {
		stem, ending = strings.Trim(name, ". "), ""
	}
	if reserved(stem) {
		stem = "_" + stem
	}
	return cut(stem, longestName-len(ending)) + ending
}

// reserved tells whether Windows takes a name for a device, and gives a file without a name one.
func reserved(stem string) bool {
	first, _, _ := strings.Cut(strings.ToUpper(stem), ".")
	switch first {
	case "", "CON", "PRN", "AUX", "NUL":
		return true
	}
	return len(first) == 4 && (strings.HasPrefix(first, "COM") || strings.HasPrefix(first, "LPT")) && first[3] >= '0' && first[3] <= '9'
}

// cut shortens a text to so many bytes and leaves its characters whole.
func cut(text string, most int) string {
	for len(text) > most {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
	}
	return text
}
