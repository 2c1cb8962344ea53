package workbook

import (
	"encoding/xml"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// texts are the texts that cells share: one after another in one piece of memory, since there may be millions.
type texts struct {
	all  []byte
	ends []int
}

func (t *texts) add(text string) {
	t.all = append(t.all, text...)
	t.ends = append(t.ends, len(t.all))
}

func (t *texts) at(i int) (text []byte, ok bool) {
	if i < 0 || i >= len(t.ends) {
		return nil, false
	}
	start := 0
	if i > 0 {
		start = t.ends[i-1]
	}
	return t.all[start:t.ends[i]], true
}

// readShared reads the texts that cells share.
func (b *Book) readShared(part string) error {
	return b.elements(part, func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		text, err := richText(d.Token)
		if err != nil {
			return err
		}
		b.shared.add(text)
		b.element = 0
		if int64(len(b.shared.all)) > b.limits.Strings {
			return ErrTooLarge
		}
		return nil
	})
}

// richText reads the text of an element whose start was read, to its end. Its runs may have letters of their own; how a
// Japanese word is read, rPh, is no part of the text.
func richText(next func() (xml.Token, error)) (string, error) {
	var text strings.Builder
	depth, inText, phonetic := 1, 0, 0
	for depth > 0 {
		token, err := next()
		if err != nil {
			return "", fmt.Errorf("read a text: %w", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			depth++
			if token.Name.Local == "rPh" && phonetic == 0 {
				phonetic = depth
			}
			if token.Name.Local == "t" && phonetic == 0 {
				inText = depth
			}
		case xml.EndElement:
			if depth == inText {
				inText = 0
			}
			if depth == phonetic {
				phonetic = 0
			}
			depth--
		case xml.CharData:
			if inText > 0 {
				text.Write(token)
			}
		}
	}
	return unescape(text.String()), nil
}

// escaped is how a workbook writes a character that XML cannot hold.
var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

func unescape(text string) string {
	if !strings.Contains(text, "_x") {
		return text
	}
	return escaped.ReplaceAllStringFunc(text, func(found string) string {
		code, err := strconv.ParseUint(found[2:6], 16, 16)
		if err != nil || !utf8.ValidRune(rune(code)) {
			return found
		}
		return string(rune(code))
	})
}

// readStyles finds out which styles show dates.
func (b *Book) readStyles(part string) error {
	custom := map[string]bool{} // by number of a format: whether it shows a date
	var inside string           // the list of styles that is being read
	return b.elements(part, func(_ *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmt":
			custom[attribute(e, "numFmtId")] = showsDate(attribute(e, "formatCode"))
		case "cellXfs", "cellStyleXfs", "dxfs", "cellStyles":
			inside = e.Name.Local
		case "xf":
			if inside == "cellXfs" {
				number := attribute(e, "numFmtId")
				date, own := custom[number]
				b.dates = append(b.dates, own && date || !own && builtInDate(number))
			}
		}
		return nil
	})
}

// builtInDate tells whether a number format that every spreadsheet has shows a date: 14–17 and 22, and in Chinese ones
// 27–31, 36 and 50–58 less the times of day 32–35, 55 and 56.
func builtInDate(number string) bool {
	n, err := strconv.Atoi(number)
	if err != nil {
		return false
	}
	return n >= 14 && n <= 17 || n == 22 || n >= 27 && n <= 31 || n == 36 || n >= 50 && n <= 54 || n == 57 || n == 58
}

// notShown is what of a number format is no mark of the number: texts, escaped characters, colours, locales and paddings.
var notShown = regexp.MustCompile(`"[^"]*"|\\.|\[[^\]]*\]|_.|\*.`)

// elapsed is the mark of a format that shows how long something took.
var elapsed = regexp.MustCompile(`(?i)\[(h+|m+|s+)\]`)

// showsDate tells whether a number format shows a year, month or day. A time of day alone is no date. An m is a month unless
// it stands with hours or seconds.
func showsDate(format string) bool {
	positive, _, _ := strings.Cut(notShown.ReplaceAllString(format, ""), ";")
	marks := strings.ToLower(positive)
	if strings.Contains(marks, "general") || elapsed.MatchString(format) {
		return false
	}
	return strings.ContainsAny(marks, "yd") || strings.Contains(marks, "m") && !strings.ContainsAny(marks, "hs0#?")
}
