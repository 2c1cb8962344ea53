package period

import (
	"bytes"
	"regexp"
	"time"
)

// Problem says why a text is no date. What a spreadsheet has done to a date has a problem of its own, so that whoever reads
// the message knows how to undo it.
type Problem uint8

// The problems.
const (
	None      Problem = iota
	NoDate            // no date in any form that is known
	NoSuchDay         // a day that the month does not have: 2019-02-31
	LostZero          // 2019.1: January, or October whose zero a spreadsheet dropped
	MonthName         // May-19: what a spreadsheet makes of 2019-05
	Serial            // 43586: the number behind a spreadsheet's date
	UnsureDay         // 23:59:17: so near midnight that some spreadsheet readers mean the next day
)

// ParseDate reads a date that its text surely says: "2019-05-01", "2019/5/1", "2019年5月1日", "20190501", and without a day
// "2019-05", "201905", "2019.05", "2019年5月份"; day is zero then. A time may follow a day. One in a named zone is of the day
// on which it is in Beijing: 2019-04-30T16:00:00Z is 1 May.
func ParseDate(text []byte) (year, month, day int, problem Problem) {
	date, clock := cutClock(text)
	year, month, day, problem = parseDay(date)
	if problem == None && len(clock) > 0 {
		return inBeijing(year, month, day, string(clock))
	}
	if problem == NoDate {
		problem = damage(text)
	}
	return year, month, day, problem
}

// cutClock cuts a time of day off, which exports of databases put behind a date.
func cutClock(text []byte) (date, clock []byte) {
	if i := bytes.IndexAny(text, " Tt"); i > 0 && bytes.IndexByte(text[i:], ':') > 0 {
		return text[:i], bytes.TrimSpace(text[i+1:])
	}
	return text, nil
}

// clockLayouts are the times that follow a date; Go reads a fraction behind the seconds by itself.
var clockLayouts = []string{"15:04:05", "15:04", "15:04:05Z07:00", "15:04:05Z0700", "15:04:05Z07", "15:04Z07:00", "15:04:05 Z07:00", "15:04:05 Z0700", "3:04:05 PM", "3:04 PM"}

// Beijing is China's time; it has had no summer time since 1992.
var Beijing = time.FixedZone("Beijing", 8*60*60)

// inBeijing is the day in Beijing of a date and a time; a time without a zone is Beijing's.
func inBeijing(year, month, day int, clock string) (int, int, int, Problem) {
	if day == 0 {
		return 0, 0, 0, NoDate
	}
	for _, layout := range clockLayouts {
		t, err := time.ParseInLocation(layout, clock, Beijing)
		if err != nil {
			continue
		}
		at := time.Date(year, time.Month(month), day, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location()).In(Beijing)
		if at.Hour() == 23 && at.Minute() == 59 {
			return 0, 0, 0, UnsureDay
		}
		return at.Year(), int(at.Month()), at.Day(), None
	}
	return 0, 0, 0, NoDate
}

// parseDay reads a date without a time.
func parseDay(text []byte) (year, month, day int, problem Problem) {
	text = bytes.TrimSuffix(text, []byte("份")) // 2019年5月份
	var numbers [3]int
	var first byte // the first separator
	count, lastDigits, rest := 0, 0, text
	for len(rest) > 0 {
		n, digits := leadingNumber(rest)
		if digits == 0 || digits > 8 || count == 3 {
			return 0, 0, 0, NoDate
		}
		numbers[count], lastDigits = n, digits
		rest = rest[digits:]
		if len(rest) == 0 {
			count++
			break
		}
		skip, last := separator(rest, count)
		if skip == 0 || !last && skip == len(rest) {
			return 0, 0, 0, NoDate
		}
		if count == 0 {
			first = rest[0]
		}
		count++
		rest = rest[skip:]
	}
	year, month, day = numbers[0], numbers[1], numbers[2]
	switch {
	case count == 1 && len(text) == 6: // 201905
		year, month = numbers[0]/100, numbers[0]%100
	case count == 1 && len(text) == 8: // 20190501
		year, month, day = numbers[0]/10000, numbers[0]/100%100, numbers[0]%100
		count = 3
	case count < 2:
		return 0, 0, 0, NoDate
	case count == 2 && first == '.' && lastDigits == 1 && month == 1:
		return 0, 0, 0, LostZero
	}
	switch {
	case year < minYear || year > maxYear || month < 1 || month > 12:
		return 0, 0, 0, NoDate
	case count == 3 && (day < 1 || day > daysIn(year, month)):
		return 0, 0, 0, NoSuchDay
	}
	return year, month, day, None
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

var (
	monthName = regexp.MustCompile(`(?i)^(?:\d{1,4}[- /])?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:[- /]\d{1,4})?$|^(?:\d{1,2}[- /])?(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月(?:[- /]?\d{1,2}日?)?$`)
	serial    = regexp.MustCompile(`^[1-9]\d{4}(?:\.\d+)?$`)
)

// damage tells what happened to a date that a spreadsheet rewrote.
func damage(text []byte) Problem {
	switch {
	case monthName.Match(text):
		return MonthName
	case serial.Match(text):
		return Serial
	}
	return NoDate
}

func leadingNumber(text []byte) (n, digits int) {
	for digits < len(text) && text[digits] >= '0' && text[digits] <= '9' {
		if digits < 9 {
			n = n*10 + int(text[digits]-'0')
		}
		digits++
	}
	return n, digits
}

// separator returns the length of the mark behind the number with this index, and whether the text may end there: the
// second 月 and the third 日 close a number, where a dash must be followed by another.
func separator(text []byte, index int) (length int, closes bool) {
	if index < 2 && (text[0] == '-' || text[0] == '/' || text[0] == '.') {
		return 1, false
	}
	mark := [...]string{"年", "月", "日"}[index]
	if len(text) >= len(mark) && string(text[:len(mark)]) == mark {
		return len(mark), index > 0
	}
	return 0, false
}
