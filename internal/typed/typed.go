// Package typed makes safe to show what people type or programs send as words: titles, texts, names, reasons. What nobody
// sees (control characters, marks that turn the direction of reading, characters without width) is left out, because a title
// of them is none, two names that look alike would be different ones, and a line of a letter or a log could be made to read
// otherwise than it is. internal/web uses it for every field of a form, the JSON interface and the files of issues for theirs, and
// internal/ledger refuses what still holds any.
package typed

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Line is text that stands in one line: composed, its spaces joined, without what nobody sees. Where nothing is left, it is "".
func Line(text string) string {
	return shown(strings.Join(strings.Fields(cleaned(text)), " "))
}

// Words are text of several lines: as Line, but its lines stay, and the spaces at their beginnings.
func Words(text string) string {
	return shown(strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(cleaned(text))))
}

// Clean tells whether text holds nothing that Words would leave out.
func Clean(text string) bool {
	return !strings.ContainsFunc(text, unseen)
}

// cleaned leaves out what nobody sees and composes the rest.
func cleaned(text string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if unseen(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD")))
}

// unseen tells whether a character is not seen, ends of lines and tabs aside. Characters of private use are: persons'
// names are written with them.
func unseen(r rune) bool {
	switch r {
	case '\n', '\r', '\t':
		return false
	case '\u115F', '\u1160', '\u3164', '\uFFA0', '\u2800', '\u034F', '\u17B4', '\u17B5': // letters and a symbol that are drawn as nothing
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Cs, unicode.Zl, unicode.Zp) || r >= 0xFFF0 && r < 0xFFFC
}

// shown is the text where something of it is seen, and "" where it is marks on nothing.
func shown(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsSpace(r) && !unicode.Is(unicode.M, r) }) {
		return text
	}
	return ""
}
